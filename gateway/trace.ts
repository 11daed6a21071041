import { randomHex, readRequestId, readTraceparent } from 'platform/request-context';

import type { Trace } from './headers.ts';

/**
 * The request id and the trace that came with a request, or new ones. The trace goes on with a span
 * of our own as the parent of what the upstream does.
 */
export function traceOf(headers: Headers): Trace {
  const { traceId, traceFlags } = readTraceparent(headers.get('traceparent'));
  return {
    requestId: readRequestId(headers.get('x-request-id')),
    traceId,
    traceparent: `00-${traceId}-${randomHex(8)}-${traceFlags}`,
  };
}
