/** A body that comes piece by piece, as fast as whoever reads it takes it. */
export type ReplyStream = {
  readonly stream: ReadableStream<Uint8Array>;
  /** Gives it what came at once. */
  readonly push: (pieces: readonly Uint8Array[]) => void;
  readonly end: () => void;
  /** Ends it so that nobody takes it for whole. */
  readonly fail: (reason: unknown) => void;
};

type Reading = {
  /** It is read slowly: more should not come before there is room. */
  readonly onFull: () => void;
  readonly onRoom: () => void;
  /** Whoever reads has left. */
  readonly onLeave: (reason: unknown) => void;
};

/**
 * A stream that writes by itself into Bun's own side of the reply: it knows when a piece has left, so that
 * the memory of it can be given back at once. Left to the collection of garbage, 30 MB of large pieces
 * that have long been sent are lying about at any time.
 */
export function createReplyStream({ onFull, onRoom, onLeave }: Reading): ReplyStream {
  const waiting: (readonly Uint8Array[])[] = [];
  let state: 'open' | 'ended' | 'left' | { readonly reason: unknown } = 'open';
  let wake: (() => void) | undefined;

  const notify = () => {
    wake?.();
    wake = undefined;
  };
  const pull = async (controller: ReadableStreamDirectController) => {
    for (;;) {
      const pieces = waiting.shift();
      if (pieces) {
        for (const piece of pieces) {
          const written = controller.write(piece);
          // At once, if the client takes it as fast as it comes: by far most do.
          if (typeof written !== 'number') {
            onFull();
            await written;
          }
        }
        await controller.flush(true);
        giveBack(pieces);
      } else if (state === 'open') {
        onRoom();
        await new Promise<void>((resolve) => (wake = resolve));
      } else if (state === 'ended') return void (await controller.end());
      else if (state === 'left') return;
      else throw state.reason;
    }
  };
  const stream = new ReadableStream<Uint8Array>({
    type: 'direct',
    pull,
    cancel(reason) {
      state = 'left';
      waiting.length = 0;
      notify();
      onLeave(reason);
    },
  });
  return {
    stream,
    push(pieces) {
      if (pieces.length === 0 || state !== 'open') return;
      waiting.push(pieces);
      notify();
    },
    end() {
      if (state === 'open') state = 'ended';
      notify();
    },
    fail(reason) {
      if (state === 'open') state = { reason };
      waiting.length = 0;
      notify();
    },
  };
}

/** Less than that is not worth the trouble, and may share its memory with others. */
const LARGE_BYTES = 65_536;

/** All pieces of one part of the connection's bytes share its memory, which is nobody else's. */
function giveBack([piece]: readonly Uint8Array[]): void {
  const memory = piece?.buffer;
  if (memory instanceof ArrayBuffer && memory.byteLength >= LARGE_BYTES) memory.transfer(0);
}
