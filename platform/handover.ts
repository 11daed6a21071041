/**
 * Things on their way from one task to another: who gives waits until the last one was taken, so that
 * neither runs away from the other. `fail` ends both.
 */
export type Handover<T> = {
  readonly give: (thing: T) => Promise<void>;
  readonly end: () => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
  readonly taken: AsyncIterable<T>;
};

export function createHandover<T>(): Handover<T> {
  const stream = new TransformStream<T, T>(undefined, { highWaterMark: 1 }, { highWaterMark: 1 });
  const writer = stream.writable.getWriter();
  return {
    async give(thing) {
      await writer.ready;
      await writer.write(thing);
    },
    async end() {
      await writer.close();
    },
    async fail(error) {
      await writer.abort(error);
    },
    taken: stream.readable,
  };
}
