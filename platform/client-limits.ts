import type { CallOptions } from './client-types.ts';
import { forwardedUser } from './forwarded-user.ts';
import { currentContext } from './request-context.ts';
import type { Span } from './tracing.ts';

/** What the request being handled, and the caller, allow one call. */
export type CallLimits = {
  readonly timeoutMs: number;
  readonly hedgeAfterMs: number | undefined;
  /** Of the whole call; not above zero when the time is over. */
  readonly remainingMs: () => number;
  readonly callerSignal: AbortSignal | undefined;
  /** Of what the call is a part, if that is being recorded. */
  readonly span: Span | undefined;
  /** How long a stream may say nothing. */
  readonly silenceMs: number;
  /** Headers of an attempt that starts now. */
  readonly headers: () => Record<string, string>;
};

export type LimitDefaults = {
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly hedgeAfterMs?: number | undefined;
  /** How long an event stream may say nothing; for bytes it is `timeoutMs`. */
  readonly silenceMs?: number | undefined;
};

/**
 * Takes the deadline, the signal and the ids of the request being handled over to a call that is
 * made for it, and tells the other side how long anybody will wait.
 */
export function callLimits(
  { method, isStreamed }: { readonly method: string; readonly isStreamed: boolean },
  options: CallOptions,
  defaults: LimitDefaults,
): CallLimits {
  const context = currentContext();
  const { timeoutMs = defaults.timeoutMs, totalTimeoutMs = defaults.totalTimeoutMs } = options;
  const ownDeadlineMs = performance.now() + totalTimeoutMs;
  const deadlineMs = Math.min(ownDeadlineMs, context?.deadlineMs ?? Infinity);
  const remainingMs = () => deadlineMs - performance.now();
  // A read that nobody waits for is pointless; a write is better seen through. The context's own
  // signal is that of a read, too.
  const inherited = method === 'GET' ? context?.signal : undefined;
  return {
    timeoutMs,
    hedgeAfterMs: options.hedgeAfterMs ?? defaults.hedgeAfterMs,
    remainingMs,
    callerSignal: eitherOf(options.signal, inherited),
    span: context?.span,
    silenceMs: defaults.silenceMs ?? timeoutMs,
    headers() {
      const headers: Record<string, string> = {};
      // A stream is read for as long as it goes on.
      if (!isStreamed) {
        const leftMs = Math.floor(Math.min(timeoutMs, remainingMs()));
        headers['x-request-timeout-ms'] = String(Math.max(1, leftMs));
      }
      if (context) {
        Object.assign(headers, context.trace.headers);
        headers['x-request-id'] = context.requestId;
        if (context.who !== null) headers['x-forwarded-user'] = forwardedUser(context.who);
      }
      return headers;
    },
  };
}

const eitherOf = (one: AbortSignal | undefined, other: AbortSignal | undefined) =>
  one && other ? AbortSignal.any([one, other]) : (one ?? other);
