import type { Instance } from './keep-running.ts';
import { type ProcessGroup, startGroup } from './process-group.ts';

export type LaunchOptions = {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** It is up when this address answers 200, or when it prints a line that matches. */
  readonly upWhen: URL | RegExp;
  readonly onLine: (line: string) => void;
  /** It must be up within this, counted anew from each line that matches `busyWhen`. */
  readonly limitMs?: number;
  /** What it prints while it does something that takes long, as other processes do not. */
  readonly busyWhen?: RegExp;
  readonly signal: AbortSignal;
};

const STOP_LIMIT_MS = 12_000;
const PROBE_INTERVAL_MS = 40;

/** Starts one process and waits until it is up. When that fails, nothing of it is left running. */
export async function launchPart(options: LaunchOptions): Promise<Instance> {
  const { name, upWhen, busyWhen, limitMs = 60_000 } = options;
  const waiting = new AbortController();
  const signal = AbortSignal.any([options.signal, waiting.signal]);
  const limit = setTimeout(() => waiting.abort(), limitMs);
  const printedUp = Promise.withResolvers<undefined>();
  let lastLine = '';
  let isGivenUp = false;
  const group = startGroup({
    ...options,
    onLine(line) {
      // Some die of it at length.
      if (isGivenUp) return;
      if (line.trim() !== '') lastLine = line;
      if (busyWhen?.test(line)) limit.refresh();
      if (upWhen instanceof RegExp && upWhen.test(line)) printedUp.resolve(undefined);
      options.onLine(line);
    },
  });
  const up = upWhen instanceof URL ? untilAnswers(upWhen, signal) : printedUp.promise;
  const outcome = await Promise.race([up.then(() => 'up' as const), group.ended, gaveUp(signal)]);
  clearTimeout(limit);
  waiting.abort();
  if (outcome === 'up') return instanceOf(group);
  isGivenUp = outcome === undefined;
  await group.stop('SIGTERM', STOP_LIMIT_MS);
  if (outcome !== undefined) {
    throw new Error(`${name} ended with ${outcome} before it was up: ${messageOf(lastLine)}`);
  }
  throw new Error(`${name} did not come up within ${limitMs / 1000} s: ${messageOf(lastLine)}`);
}

const instanceOf = (group: ProcessGroup): Instance => ({
  pid: group.pid,
  ended: group.ended,
  stop: async () => group.stop('SIGTERM', STOP_LIMIT_MS),
});

async function untilAnswers(url: URL, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // Whom a certificate is for does not matter here: the process is our own.
    const tls = { rejectUnauthorized: false };
    const status = await fetch(url, { signal, keepalive: false, tls }).then(
      async (reply) => (await reply.text(), reply.status),
      () => 0, // Nobody listens yet.
    );
    if (status === 200) return;
    await Bun.sleep(PROBE_INTERVAL_MS);
  }
}

const gaveUp = (signal: AbortSignal) =>
  new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });

/** What a process said last: of a structured log line, the message. */
function messageOf(line: string): string {
  if (line === '') return 'it printed nothing';
  try {
    const { message } = JSON.parse(line);
    return typeof message === 'string' ? message : line;
  } catch {
    return line.trim().replace(/^Cannot start: /, '');
  }
}
