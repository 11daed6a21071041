import type { Log } from 'platform/log';
import { ProblemError, problemResponse } from 'platform/problem';

import type { Trace } from './trace.ts';

/** The answer to a request that ended with an error. */
export type ProblemReply = (error: unknown, trace: Trace) => Response;

/** What is no problem is a mistake of ours: it is logged, and the client learns no more than that. */
export function createProblemReply(log: Log): ProblemReply {
  return (error, { requestId, traceId }) => {
    if (error instanceof ProblemError) return withId(error, requestId);
    log.error('An unexpected error ended a request', { error, requestId, trace_id: traceId });
    const problem = new ProblemError(500, 'internal-error', 'Something went wrong on our side');
    return withId(problem, requestId);
  };
}

function withId(problem: ProblemError, requestId: string): Response {
  const response = problemResponse(problem, requestId);
  response.headers.set('x-request-id', requestId);
  return response;
}
