/** One request whose reply has not started yet. */
export type Pending = {
  readonly signal: AbortSignal;
  /** Ends it, for the reason given. */
  readonly end: (reason: Error) => void;
  /** Ends it when the client leaves, even after the reply has started. */
  readonly watchClient: () => void;
  /** The reply is there. */
  readonly settle: () => void;
};

export type PendingRequests = {
  readonly add: (request: Request, withinMs: number) => Pending;
  /** How many there are. */
  readonly size: () => number;
  readonly close: () => void;
};

/**
 * Ends requests whose client has left or whose reply does not start in time. One clock looks after
 * all of them: most are over before it ticks, and so cost neither a timer nor a listener each,
 * which together are a tenth of what a forwarded request costs. Once a reply has started, Bun ends
 * the upstream request itself when the client leaves.
 */
export function createPendingRequests(tickMs = 20): PendingRequests {
  const entries = new Set<Entry>();
  let clock: ReturnType<typeof setInterval> | undefined;

  const tick = () => {
    const nowMs = performance.now();
    for (const entry of entries) {
      if (nowMs >= entry.dueMs) entry.controller.abort(new LateError());
      else watchClient(entry);
    }
    if (entries.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
  return {
    add(request, withinMs) {
      const controller = new AbortController();
      const dueMs = performance.now() + withinMs;
      const entry: Entry = { request, controller, dueMs, isWatched: false };
      entries.add(entry);
      clock ??= setInterval(tick, tickMs);
      return {
        signal: controller.signal,
        end: (reason) => controller.abort(reason),
        watchClient: () => watchClient(entry),
        settle: () => void entries.delete(entry),
      };
    },
    size: () => entries.size,
    close: () => clearInterval(clock),
  };
}

/** Ends an exchange whose reply did not start in time. */
export class LateError extends Error {
  override readonly name = 'LateError';
}

type Entry = {
  readonly request: Request;
  readonly controller: AbortController;
  readonly dueMs: number;
  isWatched: boolean;
};

function watchClient(entry: Entry): void {
  const { request, controller } = entry;
  if (entry.isWatched) return;
  entry.isWatched = true;
  const { signal } = request;
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
}
