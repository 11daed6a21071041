import { readFileSync } from 'node:fs';

/** What the operating system knows of a process. */
export type ProcessInfo = {
  readonly pid: number;
  readonly parent: number;
  /** The command line, words parted by blanks. */
  readonly command: string;
  /** With the pid, tells a process from a later one that got the same pid. */
  readonly startedAt: string;
};

/** The process `pid`; undefined when it is gone or only waits to be reaped. */
export function readProcess(pid: number): ProcessInfo | undefined {
  return process.platform === 'linux' ? readFromProc(pid) : readFromPs(pid);
}

/** Whether the same process still runs. */
export function isStillRunning({ pid, startedAt }: Pick<ProcessInfo, 'pid' | 'startedAt'>) {
  return readProcess(pid)?.startedAt === startedAt;
}

/** Whether any process has this pid, of whatever user. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readFromProc(pid: number): ProcessInfo | undefined {
  try {
    // proc(5): the name stands in brackets and may hold any character, so fields count from the
    // last bracket: state is the third, the parent the fourth, the start time the twenty-second.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parent: Number(fields[1]), command, startedAt: fields[19] ?? '' };
  } catch {
    return undefined; // ENOENT or ESRCH: it ended meanwhile.
  }
}

function readFromPs(pid: number): ProcessInfo | undefined {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'ppid=,stat=,lstart=,args=', '-p', `${pid}`]);
  // lstart is five words: Sun Nov 22 21:07:01 2026
  const [, parent, state, startedAt, command] =
    /^\s*(\d+)\s+(\S+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/m.exec(stdout.toString()) ?? [];
  if (parent === undefined || state?.startsWith('Z')) return undefined;
  return { pid, parent: Number(parent), command: command ?? '', startedAt: startedAt ?? '' };
}
