/** Events for one reader, to be given to it as they come. */
export type LatestEvents<E> = AsyncIterable<E> & {
  readonly put: (event: E) => void;
  /** After what waits has been read, there is no more. */
  readonly end: () => void;
};

/**
 * A queue for events that each say everything: a newer one takes the place of an older one of the
 * same name, so that who reads slowly is never far behind, and costs no memory.
 */
export function createLatestEvents<E extends { readonly event: string }>(): LatestEvents<E> {
  const waiting = new Map<string, E>();
  let isEnded = false;
  let change = Promise.withResolvers<void>();
  return {
    put(event) {
      waiting.set(event.event, event);
      change.resolve();
    },
    end() {
      isEnded = true;
      change.resolve();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (const [name, event] of waiting) {
          waiting.delete(name);
          yield event;
        }
        if (isEnded) return;
        await change.promise;
        change = Promise.withResolvers();
      }
    },
  };
}
