import type { Message } from './message.ts';
import { chunkOf, requestHead } from './request-bytes.ts';
import { sendAll, type Writer } from './socket-writer.ts';

/** A message that has a body. */
export type Upload = Message & { readonly body: ReadableStream<Uint8Array> };

export const isUpload = (message: Message): message is Upload => message.body !== null;

/** Sends a message without a body; what the socket has no room for yet follows by itself. */
export function sendHead(writer: Writer, message: Message, host: string): void {
  const head = requestHead(message, host);
  const bytes = head.length > scratch.length ? Buffer.from(head, 'latin1') : scratch;
  if (bytes === scratch) scratch.write(head, 'latin1');
  void sendAll(writer, bytes, head.length);
}

/** What nearly every head fits into: a client's has 16 KiB at most. */
const scratch = Buffer.allocUnsafe(32_768);

/**
 * Sends a message with its body, as fast as the upstream takes it; rejects when the body breaks off or
 * is not as long as was said. `isOver` tells whether the rest is still wanted. The body is touched only
 * once it is called.
 */
export async function sendUpload(
  writer: Writer,
  message: Upload,
  { host, isOver }: { readonly host: string; readonly isOver: () => boolean },
): Promise<void> {
  const head = Buffer.from(requestHead(message, host), 'latin1');
  const framer = framerOf(message.length);
  // A small body is there in a moment, and goes with the head. For another the head does not wait.
  const isSmall = (message.length ?? Infinity) <= SMALL_BYTES;
  if (!isSmall) await sendAll(writer, head);
  let first = isSmall ? head : undefined;
  const reader = message.body.getReader();
  while (!framer.isEnd() && !isOver()) {
    const { value } = await reader.read();
    if (isOver()) break;
    const piece = framer.frame(value);
    await sendAll(writer, first === undefined ? piece : Buffer.concat([first, piece]));
    first = undefined;
  }
  // The client learns by the reply that nobody wants the rest.
  if (!framer.isEnd()) void reader.cancel().catch(() => undefined);
}

const SMALL_BYTES = 16_384;
const NOTHING = new Uint8Array();

/** Frames the pieces of a body; undefined stands for its end. */
function framerOf(length: number | undefined) {
  let sent = 0;
  let isEnd = false;
  return {
    isEnd: () => isEnd,
    frame(piece: Uint8Array | undefined): Uint8Array {
      sent += piece?.length ?? 0;
      isEnd = piece === undefined || sent === length;
      if (length === undefined) return chunkOf(piece);
      if (sent > length || (isEnd && sent < length))
        throw new Error(`The body has ${sent} bytes where ${length} were said`);
      return piece ?? NOTHING;
    },
  };
}
