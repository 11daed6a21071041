import type { Outcome } from './balancer.ts';
import { networkCode } from './network-error.ts';
import type { RemoteFailure } from './remote-error.ts';

/** The body of a reply while it is read. */
export type OpenStream = {
  /** The next chunk; throws a `StreamError` when there is none although there should be. */
  readonly next: () => Promise<IteratorResult<Uint8Array, undefined>>;
  /** Ends the request at the other side. */
  readonly leave: () => Promise<void>;
};

/** Why a stream ended before its end. */
export class StreamError extends Error {
  readonly failure: RemoteFailure;

  constructor(failure: RemoteFailure, reason: string, cause?: unknown) {
    super(reason, { cause });
    this.failure = failure;
  }
}

type StreamDeps = {
  readonly callerSignal: AbortSignal | undefined;
  /** How long to wait for the next chunk. */
  readonly silenceMs: number;
  /** Hears once how the stream ended. */
  readonly over: (outcome: Outcome, what: string) => void;
};

/**
 * Reads a body chunk by chunk, as long as the caller stays and the other side goes on. One that
 * nobody reads is given up after the same time, so that it holds nothing for longer.
 */
export function openStream({ body, status }: Response, deps: StreamDeps): OpenStream {
  const { callerSignal, silenceMs, over } = deps;
  const reader = (body ?? new Blob().stream()).getReader();
  let isReading = false;
  let lost: StreamError | undefined;
  // A reading that is cancelled ends as if the stream had ended, which `lost` tells apart.
  const lose = (error: StreamError, outcome: Outcome) => {
    lost ??= error;
    close(outcome, `${status}, then ${networkCode(lost.cause) || lost.failure}`);
    return cancel();
  };
  const cancel = async () => {
    try {
      await reader.cancel();
    } catch {
      // It has ended by itself.
    }
  };
  const onLeft = () =>
    void lose(new StreamError('aborted', 'The caller left', callerSignal?.reason), 'aborted');
  const onSilence = () => {
    const what = isReading ? 'Nothing came' : 'Nobody read it';
    const error = new StreamError('timeout', `${what} for ${silenceMs} ms`);
    void lose(error, isReading ? 'failed' : 'aborted');
  };
  const timer = setTimeout(onSilence, silenceMs);
  callerSignal?.addEventListener('abort', onLeft, { once: true });

  let isClosed = false;
  function close(outcome: Outcome, what: string): void {
    if (isClosed) return;
    isClosed = true;
    clearTimeout(timer);
    callerSignal?.removeEventListener('abort', onLeft);
    over(outcome, what);
  }
  if (callerSignal?.aborted) onLeft();

  return {
    async next() {
      if (!isClosed) timer.refresh();
      isReading = true;
      const step = await reader.read().catch(async (cause: unknown) => {
        await lose(new StreamError('broken', 'The connection broke', cause), 'failed');
      });
      isReading = false;
      if (lost) throw lost;
      if (step && !step.done) return { done: false, value: step.value };
      close('success', String(status));
      return { done: true, value: undefined };
    },
    async leave() {
      close('aborted', `${status}, then left`);
      await cancel();
    },
  };
}

/**
 * The signal of a request whose reply is a stream: until the reply begins it is that of the attempt,
 * which has little time; from then on the caller alone ends it.
 */
export function lifetimeOf(attempt: AbortSignal) {
  const life = new AbortController();
  const end = () => life.abort(attempt.reason);
  attempt.addEventListener('abort', end, { once: true });
  if (attempt.aborted) end();
  return {
    signal: life.signal,
    begun: () => attempt.removeEventListener('abort', end),
  };
}
