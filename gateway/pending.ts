/** One request whose reply has not started yet. */
export type Pending = {
  readonly request: Request;
  readonly controller: AbortController;
  readonly dueMs: number;
  isWatched: boolean;
  isSettled: boolean;
};

export type PendingRequests = {
  readonly add: (request: Request, withinMs: number) => Pending;
  /** The reply is there. */
  readonly settle: (pending: Pending) => void;
  /** How many there are. */
  readonly size: () => number;
  readonly close: () => void;
};

/**
 * Ends requests whose client has left or whose reply does not start in time. One clock looks after
 * all of them: most are over before it ticks, and so cost neither a timer nor a listener each, nor a
 * place in a set. Once a reply has started, Bun ends the upstream request itself when the client
 * leaves.
 */
export function createPendingRequests(tickMs = 20): PendingRequests {
  /** Of this tick, those that are over among them. */
  let young: Pending[] = [];
  const old = new Set<Pending>();
  let clock: ReturnType<typeof setInterval> | undefined;

  const tick = () => {
    for (const pending of young) if (!pending.isSettled) old.add(pending);
    young = [];
    const nowMs = performance.now();
    for (const pending of old) {
      if (nowMs >= pending.dueMs) pending.controller.abort(new LateError());
      else watchClient(pending);
    }
    if (old.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
  return {
    add(request, withinMs) {
      const pending = {
        request,
        controller: new AbortController(),
        dueMs: performance.now() + withinMs,
        isWatched: false,
        isSettled: false,
      };
      young.push(pending);
      clock ??= setInterval(tick, tickMs);
      return pending;
    },
    settle(pending) {
      pending.isSettled = true;
      if (old.size > 0) old.delete(pending);
    },
    size: () => old.size + young.filter(({ isSettled }) => !isSettled).length,
    close: () => clearInterval(clock),
  };
}

/** Ends the exchange when the client leaves, even after the reply has started. */
export function watchClient(pending: Pending): void {
  if (pending.isWatched) return;
  pending.isWatched = true;
  const { request, controller } = pending;
  const { signal } = request;
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
}

/** Ends an exchange whose reply did not start in time. */
export class LateError extends Error {
  override readonly name = 'LateError';
}
