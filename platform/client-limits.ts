import type { CallOptions } from './client-types.ts';
import { currentContext, traceparentOf } from './request-context.ts';

/** What the request being handled, and the caller, allow one call. */
export type CallLimits = {
  readonly timeoutMs: number;
  /** Not above zero when the time was over before the call. */
  readonly totalTimeoutMs: number;
  readonly callerSignal: AbortSignal | undefined;
  /** Headers of an attempt that starts now. */
  readonly headers: () => Record<string, string>;
};

/**
 * Takes the deadline, the signal and the ids of the request being handled over to a call that is
 * made for it, and tells the other side how long anybody will wait.
 */
export function callLimits(
  method: string,
  options: CallOptions,
  defaults: { readonly timeoutMs: number; readonly totalTimeoutMs: number },
): CallLimits {
  const context = currentContext();
  const nowMs = performance.now();
  const ownDeadlineMs = nowMs + (options.totalTimeoutMs ?? defaults.totalTimeoutMs);
  const deadlineMs = Math.min(ownDeadlineMs, context?.deadlineMs ?? Infinity);
  const timeoutMs = options.timeoutMs ?? defaults.timeoutMs;
  // A read that nobody waits for is pointless; a write is better seen through.
  const inherited = method === 'GET' ? context?.signal : undefined;
  return {
    timeoutMs,
    totalTimeoutMs: deadlineMs - nowMs,
    callerSignal: options.signal ?? inherited,
    headers: () => ({
      ...(context && { 'x-request-id': context.requestId, traceparent: traceparentOf(context) }),
      'x-request-timeout-ms': String(
        remainingMs(Math.min(timeoutMs, deadlineMs - performance.now())),
      ),
    }),
  };
}

const remainingMs = (ms: number): number => Math.max(1, Math.floor(ms));
