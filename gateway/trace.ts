import { readRequestId } from 'platform/request-context';
import { newTrace, readTraceparent } from 'platform/trace-context';
import type { Span } from 'platform/tracing';

import type { Said } from './said.ts';

export type Trace = {
  readonly requestId: string;
  readonly traceId: string;
  readonly traceparent: string;
  /** Our part of it, where that is recorded. */
  readonly span?: Span | undefined;
};

/**
 * The request id and the trace that came with a request, or new ones. Where our part of the trace is
 * recorded, the upstream's is below it; else it goes on as it came.
 */
export function traceOf(said: Said, span?: Span): Trace {
  const requestId = readRequestId(said['x-request-id'] ?? null);
  const came = said['traceparent'];
  const parent = span === undefined && came !== undefined ? readTraceparent(came) : undefined;
  if (came !== undefined && parent !== undefined)
    return { requestId, traceId: parent.traceId, traceparent: came, span };
  const trace = span ?? newTrace();
  return { requestId, traceId: trace.traceId, traceparent: trace.headers.traceparent, span };
}
