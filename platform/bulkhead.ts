import { bulkhead, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';

/** Keeps one slow service from taking up all that its caller has. */
export type Bulkhead = {
  /**
   * Runs the work as soon as there is room. Throws `BulkheadFullError` when too many wait already,
   * or when there is no room in time.
   */
  readonly run: <T>(work: () => Promise<T>, waitAtMostMs: number) => Promise<T>;
};

export class BulkheadFullError extends Error {}

export function createBulkhead({
  concurrent,
  waiting,
}: {
  concurrent: number;
  waiting: number;
}): Bulkhead {
  const policy = bulkhead(concurrent, waiting);
  return {
    async run(work, waitAtMostMs) {
      if (policy.executionSlots > 0) return await policy.execute(work);
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), waitAtMostMs);
      const started = () => {
        clearTimeout(timer);
        return work();
      };
      try {
        return await Promise.race([policy.execute(started, giveUp.signal), aborted(giveUp.signal)]);
      } catch (error) {
        if (error instanceof BulkheadRejectedError || error instanceof TaskCancelledError)
          throw new BulkheadFullError('Too many calls are under way', { cause: error });
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(new TaskCancelledError()), { once: true });
  return promise;
}
