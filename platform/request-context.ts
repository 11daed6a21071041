import { AsyncLocalStorage } from 'node:async_hooks';

import { readForwardedUser } from './forwarded-user.ts';
import { newTrace, readTrace, type Trace } from './trace-context.ts';
import type { Span } from './tracing.ts';

/** What belongs to one request and travels with it, into logs and into calls to other services. */
export type RequestContext = {
  readonly requestId: string;
  /** The person for whom it is done, or the service that does it by itself; null when unknown. */
  readonly who: string | null;
  readonly trace: Trace;
  /** What is being recorded of it; it is the `trace` then. Undefined when nothing is. */
  readonly span?: Span | undefined;
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
 * Reads `X-Request-Id`, the trace context, `X-Request-Timeout-Ms` and `X-Forwarded-User`; makes
 * what is missing or malformed, except who asks.
 */
export function contextOf(request: Request, span?: Span): RequestContext {
  const requestId = readRequestId(request.headers.get('x-request-id'));
  const trace = span ?? readTrace(request.headers);
  const timeoutMs = Number(request.headers.get('x-request-timeout-ms') ?? Number.NaN);
  return {
    requestId,
    who: readForwardedUser(request.headers.get('x-forwarded-user')),
    trace,
    span,
    signal: READS.has(request.method) ? request.signal : NEVER,
    ...(timeoutMs > 0 ? { deadlineMs: performance.now() + timeoutMs } : {}),
    logFields: fieldsOf(requestId, trace, span),
  };
}

/** The context of what a service does by itself, under ids of its own. */
export function ownContext(service: string): RequestContext {
  const requestId = Bun.randomUUIDv7();
  const trace = newTrace();
  return { requestId, who: service, trace, signal: NEVER, logFields: fieldsOf(requestId, trace) };
}

/** The same, for what is recorded as a part of it. */
export const inSpan = (context: RequestContext, span: Span): RequestContext => ({
  ...context,
  trace: span,
  span,
  logFields: fieldsOf(context.requestId, span, span),
});

/** By which what comes of it later is linked to it; null where it is not recorded. */
export const linkTo = (context: RequestContext | undefined): string | null =>
  context?.span?.headers.traceparent ?? null;

const READS = new Set(['GET', 'HEAD']);
const NEVER = new AbortController().signal;

/** The names by which OpenTelemetry's tools find the log lines of a trace. */
const fieldsOf = (requestId: string, { traceId }: Trace, span?: Span) => ({
  requestId,
  trace_id: traceId,
  ...(span ? { span_id: span.spanId } : {}),
});

/** The id that came with a request, or a new one when it is missing or malformed. */
export function readRequestId(header: string | null): string {
  return header !== null && /^[\w.=-]{1,128}$/.test(header) ? header : Bun.randomUUIDv7();
}
