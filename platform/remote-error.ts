import type { Problem } from './contract.ts';
import { ProblemError } from './problem.ts';

/** Why a call to another service gave no usable answer. */
export type RemoteFailure = 'unavailable' | 'broken' | 'timeout' | 'status';

type RemoteErrorDetails = {
  readonly service: string;
  readonly operation: string;
  readonly failure: RemoteFailure;
  readonly status?: number;
  /** The problem that the other service answered with. */
  readonly problem?: Problem;
  readonly cause?: unknown;
};

/** A call through `feign` that failed. */
export class RemoteError extends Error {
  readonly details: RemoteErrorDetails;

  constructor(message: string, details: RemoteErrorDetails) {
    super(message, { cause: details.cause });
    this.name = 'RemoteError';
    this.details = details;
  }
}

/**
 * The problem that a service answers with when one that it needs has failed it: 503 when nobody
 * could be reached, 504 when it took too long, 502 for an answer that makes no sense.
 */
export function remoteProblem(error: unknown): ProblemError | undefined {
  if (!(error instanceof RemoteError)) return undefined;
  const { service, failure } = error.details;
  const cause = error;
  if (failure === 'unavailable') {
    return new ProblemError(
      503,
      'service-unavailable',
      'A service that is needed cannot be reached',
      {
        detail: `No instance of '${service}' answers`,
        headers: { 'Retry-After': '1' },
        cause,
      },
    );
  }
  if (failure === 'timeout') {
    return new ProblemError(504, 'gateway-timeout', 'A service that is needed took too long', {
      detail: `'${service}' did not answer in time`,
      cause,
    });
  }
  return new ProblemError(502, 'bad-gateway', 'A service that is needed answered badly', {
    detail: `The answer of '${service}' could not be used`,
    cause,
  });
}
