import { isDatabaseAway } from './database-away.ts';
import type { Log } from './log.ts';
import { ProblemError } from './problem.ts';
import { remoteProblem } from './remote-error.ts';

/** Whatever was thrown, as the problem that the caller may see; what it may not see is logged. */
export function asProblem(error: unknown, log: Log): ProblemError {
  if (error instanceof ProblemError) return error;
  const remote = remoteProblem(error);
  if (remote !== undefined) {
    // A browser that leaves takes the calls made for it along; that is no news.
    const level = remote.status === CALLER_LEFT ? 'debug' : 'warning';
    log[level]('A call to another service failed', { error });
    return remote;
  }
  if (isDatabaseAway(error)) {
    log.error('The database cannot be reached', { error });
    return new ProblemError(503, 'database-unavailable', 'The database cannot be reached', {
      detail: 'Nothing was changed; try again in a moment',
      headers: { 'Retry-After': '1' },
    });
  }
  log.error('An unexpected error ended a request', { error });
  return new ProblemError(500, 'internal-error', 'Something went wrong on our side', {
    detail: 'The request id leads to the cause in the log',
  });
}

const CALLER_LEFT = 499;
