import { AsyncLocalStorage } from 'node:async_hooks';

import { readForwardedUser } from './forwarded-user.ts';

/** What belongs to one request and travels with it, into logs and into calls to other services. */
export type RequestContext = {
  readonly requestId: string;
  /** The person for whom it is done, or the service that does it by itself; null when unknown. */
  readonly who: string | null;
  /** W3C trace context: 32 and 16 hex digits, and the sampled flag's byte. */
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: string;
  /** Aborted when the caller of a read leaves; a write is seen through. */
  readonly signal: AbortSignal;
  /** `performance.now()` at which the caller stops waiting. */
  readonly deadlineMs?: number;
  /** Fields that every log line of the request carries. */
  readonly logFields: Record<string, unknown>;
};

const storage = new AsyncLocalStorage<RequestContext>();

/** The context of the request being handled; undefined outside of one. */
export const currentContext = (): RequestContext | undefined => storage.getStore();

export const withContext = <T>(context: RequestContext, run: () => T): T =>
  storage.run(context, run);

/** Runs detached from any request: what is started in `run` outlives the request. */
export const withoutContext = <T>(run: () => T): T => storage.exit(run);

/**
 * Reads `X-Request-Id`, `traceparent` (W3C Trace Context §3.2), `X-Request-Timeout-Ms` and
 * `X-Forwarded-User`; makes what is missing or malformed, except who asks.
 */
export function contextOf(request: Request): RequestContext {
  const requestId = readRequestId(request.headers.get('x-request-id'));
  const trace = readTraceparent(request.headers.get('traceparent'));
  const timeoutMs = Number(request.headers.get('x-request-timeout-ms') ?? Number.NaN);
  return {
    requestId,
    who: readForwardedUser(request.headers.get('x-forwarded-user')),
    ...trace,
    spanId: randomHex(8),
    signal: READS.has(request.method) ? request.signal : NEVER,
    ...(timeoutMs > 0 ? { deadlineMs: performance.now() + timeoutMs } : {}),
    logFields: { requestId, traceId: trace.traceId },
  };
}

/** The context of what a service does by itself, under ids of its own. */
export function ownContext(service: string): RequestContext {
  const requestId = Bun.randomUUIDv7();
  const trace = readTraceparent(null);
  const logFields = { requestId, traceId: trace.traceId };
  return { requestId, who: service, ...trace, spanId: randomHex(8), signal: NEVER, logFields };
}

const READS = new Set(['GET', 'HEAD']);
const NEVER = new AbortController().signal;

/** The `traceparent` that a call made within this context carries. */
export function traceparentOf({ traceId, spanId, traceFlags }: RequestContext): string {
  return `00-${traceId}-${spanId}-${traceFlags}`;
}

export function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}

/** The id that came with a request, or a new one when it is missing or malformed. */
export function readRequestId(header: string | null): string {
  return header !== null && /^[\w.=-]{1,128}$/.test(header) ? header : Bun.randomUUIDv7();
}

/** The trace that came with a request, or a new one. */
export function readTraceparent(header: string | null): { traceId: string; traceFlags: string } {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(
    header ?? '',
  );
  const [, traceId, parentId, traceFlags] = match ?? [];
  const valid = traceId && /[^0]/.test(traceId) && /[^0]/.test(parentId ?? '');
  return valid && traceFlags
    ? { traceId, traceFlags }
    : { traceId: randomHex(16), traceFlags: '01' };
}
