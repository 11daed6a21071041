/** Keeps one slow service from taking up all that its caller has. */
export type Bulkhead = {
  /** Takes a place if there is one; who got it calls `leave` once. */
  readonly tryEnter: () => boolean;
  /**
   * Takes a place as soon as there is one. Throws `BulkheadFullError` when too many wait already,
   * when there is none in time, or when the signal aborts.
   */
  readonly enter: (waitAtMostMs: number, signal?: AbortSignal) => Promise<void>;
  readonly leave: () => void;
  /** Runs the work in a place of its own; throws what `enter` throws. */
  readonly run: <T>(work: () => Promise<T>, waitAtMostMs: number) => Promise<T>;
  readonly resize: (size: BulkheadSize) => void;
  readonly view: () => BulkheadSize & { readonly running: number; readonly queued: number };
};

export type BulkheadSize = {
  /** How many places there are. */
  readonly concurrent: number;
  /** How many may wait for one. */
  readonly waiting: number;
};

export class BulkheadFullError extends Error {
  override readonly name = 'BulkheadFullError';
}

export function createBulkhead(initial: BulkheadSize): Bulkhead {
  let size = initial;
  let running = 0;
  // In the order in which they came.
  const queue = new Set<() => void>();

  const tryEnter = () => {
    if (running >= size.concurrent) return false;
    running += 1;
    return true;
  };
  const admit = () => {
    for (const start of queue) {
      if (!tryEnter()) return;
      queue.delete(start);
      start();
    }
  };
  const leave = () => {
    running -= 1;
    if (queue.size > 0) admit();
  };
  const enter = async (waitAtMostMs: number, signal?: AbortSignal) => {
    if (tryEnter()) return;
    if (signal?.aborted) throw new BulkheadFullError('Nobody waits any more');
    if (queue.size >= size.waiting) throw new BulkheadFullError('Too many calls are under way');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      if (queue.delete(resolve)) reject(new BulkheadFullError('There was no room in time'));
    };
    const timer = setTimeout(giveUp, waitAtMostMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    queue.add(resolve);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    }
  };
  return {
    tryEnter,
    enter,
    leave,
    async run(work, waitAtMostMs) {
      if (!tryEnter()) await enter(waitAtMostMs);
      try {
        return await work();
      } finally {
        leave();
      }
    },
    resize(next) {
      size = next;
      admit();
    },
    view: () => ({ ...size, running, queued: queue.size }),
  };
}
