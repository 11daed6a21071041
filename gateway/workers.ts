import { join } from 'node:path';

import { cannotStart } from 'platform/cannot-start';
import { type Instance, keepRunning } from 'platform/keep-running';
import { createLog } from 'platform/log';
import { EXIT_WITH_PARENT, exitWithParent } from 'platform/parent-watch';
import { freePort, isPortFree } from 'platform/ports';

import type { GatewayConfig } from './config.ts';
import { membershipOf } from './membership-of.ts';
import { readSettings } from './settings.ts';

/** What a worker tells its parent once it listens. */
export const UP = 'up';

/**
 * Keeps several processes of the gateway running, which listen on one port: the kernel deals the
 * connections out. This one serves nothing itself; it registers for all of them, starts those again
 * that die, and stops them in order.
 */
export async function runWorkers(config: GatewayConfig): Promise<void> {
  const { GATEWAY_WORKERS: count, HOST: host } = config;
  if (process.platform !== 'linux')
    return cannotStart(
      `GATEWAY_WORKERS=${count} needs Linux: elsewhere no two processes share a port`,
    );
  const port = config.PORT || (await freePort(host));
  // With their permission to share it, workers would not notice that somebody else has it.
  if (!isPortFree(host, port))
    return cannotStart(`${host}:${port} is taken. Free the port or choose another with PORT`);

  // A worker would say what is wrong above a line of ours that says less.
  await readSettings(config);
  const log = createLog({ name: 'gateway', level: config.LOG_LEVEL });
  const workers = Array.from({ length: count }, (_, n) =>
    keepRunning({
      name: `worker ${n + 1}`,
      say: (line) => log.warn(line),
      launch: (signal) => launchWorker({ number: n + 1, port, signal }),
    }),
  );
  const registration = membershipOf(config, log)?.(port);
  const stop = async () => {
    await Promise.all([registration?.stop(), ...workers.map((worker) => worker.stop())]);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void stop().then(() => process.exit(0)));
  exitWithParent();
  try {
    await Promise.all(workers.map((worker) => worker.start()));
  } catch (error) {
    await stop();
    return cannotStart(error instanceof Error ? error.message : String(error));
  }
  registration?.start();
  return undefined;
}

type Launch = { readonly number: number; readonly port: number; readonly signal: AbortSignal };

/** Their own limit for draining is shorter. */
const STOP_LIMIT_MS = 11_500;

async function launchWorker({ number, port, signal }: Launch): Promise<Instance> {
  const up = Promise.withResolvers<void>();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    env: {
      ...Bun.env,
      PORT: String(port),
      GATEWAY_WORKER: String(number),
      [EXIT_WITH_PARENT]: String(process.pid),
    },
    // Its lines are ours: no time is spent on handing them on.
    stdio: ['ignore', 'inherit', 'inherit'],
    ipc(message) {
      if (message === UP) up.resolve();
    },
  });
  const ended = (async () => {
    await child.exited;
    return child.signalCode === null ? `code ${child.exitCode}` : `signal ${child.signalCode}`;
  })();
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  };
  const leave = () => void stop();
  signal.addEventListener('abort', leave, { once: true });
  const end = await Promise.race([up.promise, ended]);
  signal.removeEventListener('abort', leave);
  if (end !== undefined) throw new Error(`worker ${number} ended with ${end} before it was up`);
  return { pid: child.pid, ended, stop };
}
