import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Something to iterate as a stream, which asks for the next chunk only when somebody reads, and
 * ends the iteration when the reader leaves. An error of the source breaks the stream off.
 */
export function streamOf(source: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  const { next, leave } = sameContext(source);
  let breathedMs = performance.now();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        // A source that never waits would let nobody else have a turn, not even its reader.
        if (performance.now() - breathedMs > LONGEST_BREATH_MS) {
          await new Promise((resolve) => void setImmediate(resolve));
          breathedMs = performance.now();
        }
        const { done, value } = await next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: leave,
    },
    { highWaterMark: 0 },
  );
}

const LONGEST_BREATH_MS = 5;

/** Whoever reads a stream does so later: the source still runs for the request that it began in. */
export function sameContext<T>(source: AsyncIterator<T>) {
  const inContext = AsyncLocalStorage.snapshot();
  return {
    next: () => inContext(() => source.next()),
    leave: async () => void (await inContext(() => source.return?.())),
  };
}

export function isAsyncIterable(given: unknown): given is AsyncIterable<unknown> {
  return typeof given === 'object' && given !== null && Symbol.asyncIterator in given;
}
