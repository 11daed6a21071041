import type { Log } from './log.ts';

/**
 * Does `work` now and then, one run after the other, until stopped; a failure is logged and the
 * next run comes all the same. It never keeps a process alive.
 */
export function repeat({
  what,
  everyMs,
  log,
  work,
}: {
  readonly what: string;
  readonly everyMs: number;
  readonly log: Log;
  readonly work: () => Promise<unknown>;
}): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      await work();
    } catch (error) {
      log.warning('Cannot {what}: trying again later', { what, error });
    } finally {
      running = undefined;
    }
  };
  const timer = setInterval(() => {
    running ??= run();
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
