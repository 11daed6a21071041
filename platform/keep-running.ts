/** A process that came up. */
export type Instance = {
  readonly pid: number;
  /** What it ended by: `code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
};

export type KeepRunningOptions = {
  readonly name: string;
  /** Starts one; resolves once it does its work, rejects when it will not or `signal` aborts. */
  readonly launch: (signal: AbortSignal) => Promise<Instance>;
  readonly say: (line: string) => void;
  /** Delay before the second attempt in a row; doubles with each one, up to `backoffLimitMs`. */
  readonly backoffMs?: number;
  readonly backoffLimitMs?: number;
};

export type Kept = {
  readonly name: string;
  /** Rejects when the first launch fails: only what came up once is started again. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** A process that ran this long had come up well: the next failure counts as a first one. */
const STABLE_MS = 30_000;

/** Starts a process and, whenever it dies, says so and starts it again with back-off. */
export function keepRunning(options: KeepRunningOptions): Kept {
  const { name, launch } = options;
  const stopping = new AbortController();
  let first: Promise<Instance> | undefined;
  let watching: Promise<void> | undefined;
  return {
    name,
    async start() {
      stopping.signal.throwIfAborted();
      first = launch(stopping.signal);
      watching = watch(await first, options, stopping.signal);
    },
    async stop() {
      stopping.abort();
      // Whoever called start() learns that the launch failed; here it only matters that it is over.
      await first?.catch(() => undefined);
      await watching;
    },
  };
}

async function watch(first: Instance, options: KeepRunningOptions, stopping: AbortSignal) {
  let instance = first;
  let startedAt = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    const end = await Promise.race([instance.ended, aborted(stopping)]);
    if (end === undefined) return instance.stop();
    if (performance.now() - startedAt > STABLE_MS) attempt = 0;
    startedAt = performance.now();
    const next = await launchAgain(end, attempt, options, stopping);
    if (next === undefined) return undefined;
    instance = next;
  }
}

/** Undefined when it was asked to stop meanwhile. */
async function launchAgain(
  end: string,
  attempt: number,
  options: KeepRunningOptions,
  stopping: AbortSignal,
): Promise<Instance | undefined> {
  const { name, launch, say, backoffMs = 250, backoffLimitMs = 10_000 } = options;
  let reason = `ended with ${end}`;
  for (let failures = attempt; !stopping.aborted; failures += 1) {
    const delayMs = Math.min(backoffMs * 2 ** failures, backoffLimitMs);
    say(`${name}: ${reason}, starting it again in ${delayMs / 1000} s`);
    await Promise.race([Bun.sleep(delayMs), aborted(stopping)]);
    if (stopping.aborted) return undefined;
    try {
      const instance = await launch(stopping);
      say(`${name}: up again (process ${instance.pid})`);
      return instance;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

const aborted = (signal: AbortSignal) =>
  new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
