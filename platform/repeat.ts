import type { Log } from './log.ts';
import { ownContext, withContext } from './request-context.ts';

/**
 * Does `work` now and then, one run after the other, until stopped; a failure is logged and the
 * next run comes all the same. It never keeps a process alive. Each run is done in a context of its
 * own, in the name of `service`.
 */
export function repeat({
  service,
  what,
  everyMs,
  log,
  work,
}: {
  readonly service: string;
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
    running ??= withContext(ownContext(service), run);
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
