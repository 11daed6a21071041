/** What a socket has of what a writer needs of it. */
type Sink = { readonly write: (bytes: Uint8Array, from: number, length: number) => number };

/** Writes to a socket, which takes as much as it has room for and says when it has room again. */
export type Writer = {
  /** Undefined until it is connected. */
  socket: Sink | undefined;
  /** What the socket had no room for. */
  unsent: Uint8Array | undefined;
  onSent: (() => void) | undefined;
};

/**
 * Sends the first `length` bytes, which may be written over after that. Undefined when the socket has
 * taken all; else resolves when it has, or when it is closed. One at a time.
 */
export function sendAll(
  writer: Writer,
  bytes: Uint8Array,
  length = bytes.length,
): Promise<void> | undefined {
  const taken = Math.max(0, writer.socket?.write(bytes, 0, length) ?? 0);
  if (taken === length) return undefined;
  // A copy: `slice` of a Buffer would be none.
  writer.unsent = new Uint8Array(bytes.subarray(taken, length));
  return new Promise((resolve) => {
    writer.onSent = resolve;
  });
}

/** The socket has room again. */
export function sendUnsent(writer: Writer): void {
  const { socket, unsent } = writer;
  if (socket === undefined || unsent === undefined) return;
  const taken = Math.max(0, socket.write(unsent, 0, unsent.length));
  if (taken < unsent.length) writer.unsent = unsent.subarray(taken);
  else stopSending(writer);
}

/** All is sent, or what is not never will be. */
export function stopSending(writer: Writer): void {
  const { onSent } = writer;
  writer.unsent = writer.onSent = undefined;
  onSent?.();
}
