import { readProcess } from './process-info.ts';

export type GroupOptions = {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** The account to run as; only root may choose. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** Each line that it prints, to either stream. */
  readonly onLine: (line: string) => void;
};

export type ProcessGroup = {
  readonly pid: number;
  readonly startedAt: string;
  /** What it ended by: `code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Asks it to end by `signal`; whoever of the group is there after `graceMs` is killed. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>;
};

/**
 * Starts a program in a process group of its own: a terminal's Ctrl-C does not reach it, and all
 * that it started can be ended with it. Its standard input is a pipe that closes when this process
 * ends, however it ends.
 */
export function startGroup({ command, env, cwd, user, onLine }: GroupOptions): ProcessGroup {
  const child = Bun.spawn([...command], {
    env: { ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...user,
    detached: true,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const printed = Promise.all([eachLine(child.stdout, onLine), eachLine(child.stderr, onLine)]);
  const ended = (async () => {
    await child.exited;
    // What it printed last belongs before the news of its end; a grandchild may hold the pipe open.
    await Promise.race([printed, Bun.sleep(200)]);
    signalGroup(child.pid, 'SIGKILL');
    return child.signalCode === null ? `code ${child.exitCode}` : `signal ${child.signalCode}`;
  })();
  return {
    pid: child.pid,
    startedAt: readProcess(child.pid)?.startedAt ?? '',
    ended,
    async stop(signal, graceMs) {
      child.kill(signal); // Nothing happens when it has ended by itself.
      const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function eachLine(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  }
  if (rest !== '') onLine(rest);
}

/** A negative pid means the whole group, which outlives its first process. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody of the group is left.
  }
}
