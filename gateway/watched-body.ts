type Watching = {
  /** Of the client: when it leaves, the upstream's body is given up. */
  readonly signal: AbortSignal;
  /** Called once, however the body ends. */
  readonly onEnd?: () => void;
  /** The body is cut off when nothing comes for so long. */
  readonly idleMs?: number | undefined;
};

/** A body as it is, under watch. It goes through JavaScript, which costs more than handing it on. */
export function watchedBody(
  body: ReadableStream<Uint8Array>,
  { signal, onEnd = () => undefined, idleMs }: Watching,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
    onEnd();
  };
  const giveUp = (reason: unknown) => {
    end();
    void reader.cancel(reason).catch(() => undefined);
  };
  const leave = () => giveUp(signal.reason);
  let cutOff: (error: Error) => void = giveUp;
  const timer =
    idleMs === undefined
      ? undefined
      : setTimeout(() => cutOff(new Error(`Nothing came for ${idleMs} ms`)), idleMs);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return new ReadableStream<Uint8Array>({
    start(controller) {
      cutOff = (error) => {
        giveUp(error);
        controller.error(error);
      };
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        timer?.refresh();
        if (!done) controller.enqueue(value);
        if (!done || isOver) return;
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    cancel: giveUp,
  });
}
