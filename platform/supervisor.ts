import { claimPorts } from './claim-ports.ts';
import { claimRun } from './run-record.ts';
import { prepareStart } from './start-system.ts';
import { onStopRequest } from './stop-request.ts';
import type { Output, Part, System } from './system.ts';

/**
 * Starts the system, keeps it running and stops it in order when asked. Resolves to the exit code
 * once nothing of it runs any more: 1 when it did not start, after one line that says why and what
 * to do about it.
 */
export async function supervise(system: System, output: Output): Promise<number> {
  const stopping = new AbortController();
  onStopRequest((reason, isImpatient) => {
    if (isImpatient) process.exit(1); // What still runs notices that, and ends by itself.
    output.print(`Stopping: ${reason}`);
    stopping.abort();
  });
  const cleanUps: (() => void | Promise<void>)[] = [];
  try {
    const record = claimRun(system.dataDir);
    cleanUps.push(record.clear);
    await claimPorts(system.parts.flatMap(portOf), { ...record, host: system.host });
    if (stopping.signal.aborted) return 0;
    const start = prepareStart({ system, output, record, signal: stopping.signal });
    cleanUps.push(start.stop);
    const table = await Promise.race([start.run(), whenAborted(stopping.signal)]);
    for (const line of table ?? []) output.print(line);
    await whenAborted(stopping.signal);
    return 0;
  } catch (error) {
    output.printError(`Cannot start: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    stopping.abort();
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
  }
}

function portOf({ name, port, portVariable }: Part) {
  return port === undefined ? [] : [{ name, port, variable: portVariable ?? 'PORT' }];
}

const whenAborted = (signal: AbortSignal) =>
  new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
