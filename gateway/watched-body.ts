type Watching = {
  /** Of the client: when it leaves, the upstream's body is given up. */
  readonly signal: AbortSignal;
  /** Called once, however the body ends. */
  readonly onEnd?: () => void;
  /** The body is cut off when the upstream is waited for so long; the client may take its time. */
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
    signal.removeEventListener('abort', leave);
    onEnd();
  };
  const giveUp = (reason: unknown) => {
    end();
    void reader.cancel(reason).catch(() => undefined);
  };
  const leave = () => giveUp(signal.reason);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const idle = timerFor(idleMs, (error) => {
        giveUp(error);
        controller.error(error);
      });
      try {
        const { done, value } = await reader.read();
        if (!done) controller.enqueue(value);
        if (!done || isOver) return;
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      } finally {
        clearTimeout(idle);
      }
    },
    cancel: giveUp,
  });
}

function timerFor(ms: number | undefined, give: (error: Error) => void) {
  if (ms === undefined) return undefined;
  return setTimeout(() => give(new Error(`Nothing came for ${ms} ms`)), ms);
}
