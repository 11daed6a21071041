import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isStillRunning, readProcess } from './process-info.ts';

type Started = { readonly name: string; readonly pid: number; readonly startedAt: string };

export type RunRecord = {
  /** Notes a process of this run. */
  readonly add: (name: string, pid: number) => void;
  /** The name of the part that a process of an earlier run was, when it is one. */
  readonly leftoverName: (pid: number) => string | undefined;
  /** Forgets the run, which ended in order. */
  readonly clear: () => void;
};

/**
 * Claims `dataDir` for one running system, and knows what an earlier run there left behind. Throws
 * when that one still runs: two systems on one database cluster would stop each other's server.
 */
export function claimRun(dataDir: string): RunRecord {
  const file = fileOf(dataDir);
  const earlier = readStarted(file);
  const pid = runningSystem(dataDir);
  if (pid !== undefined && pid !== process.pid) {
    throw new Error(
      `'${dataDir}' is in use by process ${pid}, which runs the system already: ` +
        `stop it ('kill ${pid}'), or set DATA_DIR and the ports to others`,
    );
  }
  const started: Started[] = [];
  const add = (name: string, pid: number) => {
    const others = started.filter((known) => known.name !== name);
    started.splice(0, started.length, ...others);
    started.push({ name, pid, startedAt: readProcess(pid)?.startedAt ?? '' });
    writeFileSync(file, `${JSON.stringify(started, null, 2)}\n`);
  };
  try {
    mkdirSync(dataDir, { recursive: true });
    add('supervisor', process.pid);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `DATA_DIR '${dataDir}' cannot be used (${reason}): set it to a folder that can be written`,
      { cause: error },
    );
  }
  return {
    add,
    leftoverName: (pid) =>
      earlier.find((known) => known.pid === pid && isStillRunning(known))?.name,
    clear: () => rmSync(file, { force: true }),
  };
}

/** The process that runs the system on `dataDir`; undefined when none does. */
export function runningSystem(dataDir: string): number | undefined {
  const [supervisor] = readStarted(fileOf(dataDir));
  return supervisor && isStillRunning(supervisor) ? supervisor.pid : undefined;
}

const fileOf = (dataDir: string) => join(dataDir, 'run.json');

function readStarted(file: string): readonly Started[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return []; // None yet, or cut short by a crash.
  }
}
