/** Ends each body of the kind that is being passed on now. */
export type OpenBodies = Set<() => void>;

/**
 * A body with something before it. As long as it goes on it can be ended by way of `open`: the reader
 * gets what has come and then its end, and the upstream learns that nobody reads on.
 */
export async function* passedOn(
  first: Uint8Array,
  body: ReadableStream<Uint8Array>,
  open: OpenBodies,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const end = () => void reader.cancel().catch(() => undefined);
  open.add(end);
  try {
    if (first.byteLength > 0) yield first;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    open.delete(end);
    end();
  }
}
