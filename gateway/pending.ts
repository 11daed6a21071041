/** One request whose reply has not started yet. */
export type Pending = {
  readonly request: Request;
  readonly dueMs: number;
  isWatched: boolean;
  /** Why it was ended before its reply was whole. */
  ended: unknown;
  /** What is to be ended with it; whoever works on it sets this. */
  work: { readonly end: (reason: unknown) => void } | undefined;
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
 * all of them: most are over before it ticks, and so cost neither a timer nor a listener each. They
 * are chained, so that one that is over is held by nothing. Once a reply has started, its body knows
 * itself when the client leaves.
 */
export function createPendingRequests(tickMs = 20): PendingRequests {
  let first: Link | undefined;
  let count = 0;
  let clock: ReturnType<typeof setInterval> | undefined;

  const tick = () => {
    const nowMs = performance.now();
    for (let link = first; link; link = link.next) {
      if (nowMs >= link.dueMs) endWork(link, new LateError());
      else watchClient(link);
    }
    if (first !== undefined) return;
    clearInterval(clock);
    clock = undefined;
  };
  return {
    add(request, withinMs) {
      const dueMs = performance.now() + withinMs;
      const link: Link = {
        request,
        dueMs,
        isWatched: false,
        ended: undefined,
        work: undefined,
        next: first,
        last: undefined,
      };
      if (first) first.last = link;
      first = link;
      count += 1;
      clock ??= setInterval(tick, tickMs);
      return link;
    },
    settle(pending: Link) {
      const { next, last } = pending;
      if (next) next.last = last;
      if (last) last.next = next;
      else first = next;
      pending.next = pending.last = undefined;
      count -= 1;
    },
    size: () => count,
    close: () => clearInterval(clock),
  };
}

type Link = Pending & { next?: Link | undefined; last?: Link | undefined };

/** Ends whatever is done for it; what is over already stays as it is. */
export function endWork(pending: Pending, reason: unknown): void {
  pending.ended ??= reason;
  pending.work?.end(reason);
}

function watchClient(pending: Pending): void {
  if (pending.isWatched) return;
  pending.isWatched = true;
  const { signal } = pending.request;
  const leave = () => endWork(pending, signal.reason);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
}

/** Ends an exchange whose reply did not start in time. */
export class LateError extends Error {
  override readonly name = 'LateError';
}
