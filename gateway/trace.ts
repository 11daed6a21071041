import { readRequestId } from 'platform/request-context';
import { newTrace, readTraceparent } from 'platform/trace-context';
import type { Span } from 'platform/tracing';

import type { Trace } from './headers.ts';

/**
 * The request id and the trace that came with a request, or new ones. Where our part of the trace is
 * recorded, the upstream's is below it; else it goes on as it came.
 */
export function traceOf(headers: Headers, span?: Span): Trace {
  const requestId = readRequestId(headers.get('x-request-id'));
  const came = headers.get('traceparent');
  const parent = span === undefined ? readTraceparent(came) : undefined;
  if (came !== null && parent !== undefined)
    return { requestId, traceId: parent.traceId, traceparent: came, span };
  const trace = span ?? newTrace();
  return { requestId, traceId: trace.traceId, traceparent: trace.headers.traceparent, span };
}
