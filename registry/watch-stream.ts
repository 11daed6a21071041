import type { Entry } from './instance.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** One open stream, as those see it who have something to send. */
export type Watcher = {
  readonly wants: (entry: Entry) => boolean;
  /** Drops the watcher when it leaves too much unread. */
  send(bytes: Bytes): void;
  close(): void;
};

type StreamOptions = {
  readonly first: Bytes;
  readonly wants: Watcher['wants'];
  readonly unreadBytes: number;
  /** The reader went away. */
  readonly onBreak: () => void;
};

type Controller = ReadableStreamDefaultController<Bytes>;

/** How much is handed over at a time: a thousand readers of one large snapshot share its bytes. */
const CHUNK_BYTES = 16_384;

/**
 * A stream that is among `watchers` for as long as it is read. It starts with `first`, of which no
 * more than is read is handed over; what is sent meanwhile waits.
 */
export function openStream(
  watchers: Set<Watcher>,
  { first, wants, unreadBytes, onBreak }: StreamOptions,
): ReadableStream<Bytes> {
  let offset = 0;
  let waiting: Bytes[] = [];
  let waitingBytes = 0;
  let watcher: Watcher | undefined;

  function handOver(controller: Controller) {
    controller.enqueue(first.subarray(offset, offset + CHUNK_BYTES));
    offset += CHUNK_BYTES;
    if (offset < first.length) return;
    for (const bytes of waiting) controller.enqueue(bytes);
    waiting = [];
  }

  function wait(bytes: Bytes): number {
    waiting.push(bytes);
    waitingBytes += bytes.length;
    return unreadBytes - waitingBytes;
  }

  function watcherOf(controller: Controller): Watcher {
    const own: Watcher = {
      wants,
      close() {
        if (watchers.delete(own)) controller.close();
      },
      send(bytes) {
        const isStarted = offset >= first.length;
        if (isStarted) controller.enqueue(bytes);
        const room = isStarted ? (controller.desiredSize ?? 0) + unreadBytes : wait(bytes);
        if (room > 0) return;
        watchers.delete(own);
        controller.error(new Error('Too slow'));
      },
    };
    return own;
  }

  return new ReadableStream<Bytes>(
    {
      start(controller) {
        watcher = watcherOf(controller);
        handOver(controller);
        watchers.add(watcher);
      },
      pull(controller) {
        if (offset < first.length) handOver(controller);
      },
      cancel() {
        if (watcher !== undefined && watchers.delete(watcher)) onBreak();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: CHUNK_BYTES }),
  );
}
