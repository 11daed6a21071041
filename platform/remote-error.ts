import type { Problem } from './contract.ts';
import type { ProblemError } from './problem.ts';
import { badGateway, callerLeft, serviceTooLate, serviceUnavailable } from './upstream-problem.ts';

/**
 * Why a call to another service gave no usable answer: `unavailable` when nobody took the request,
 * `timeout` when the answer came too late, `broken` when it made no sense or broke off, `status`
 * when it was a clear one that the caller did not ask for, `aborted` when the caller left.
 */
export type RemoteFailure = 'unavailable' | 'timeout' | 'broken' | 'status' | 'aborted';

/** One request that was sent, or was to be sent, for a call. */
export type Attempt = {
  /** The address of the instance. */
  readonly instance: string;
  /** A status such as `503`, or the reason why there is none, such as `ECONNREFUSED`. */
  readonly outcome: string;
  readonly durationMs: number;
};

type RemoteErrorDetails = {
  readonly service: string;
  readonly operation: string;
  readonly failure: RemoteFailure;
  readonly status?: number | undefined;
  /** The problem that the other service answered with. */
  readonly problem?: Problem | undefined;
  /** In the order in which they were made; the last one decided. */
  readonly attempts?: readonly Attempt[] | undefined;
  readonly cause?: unknown;
};

/** A call through `feign` that failed. */
export class RemoteError extends Error {
  readonly service: string;
  readonly operation: string;
  readonly failure: RemoteFailure;
  readonly status: number | undefined;
  readonly problem: Problem | undefined;
  readonly attempts: readonly Attempt[];

  constructor(reason: string, details: RemoteErrorDetails) {
    const { service, operation, attempts = [], cause } = details;
    super(`Cannot call ${service}.${operation}: ${reason}${summary(attempts)}`, { cause });
    this.name = 'RemoteError';
    this.service = service;
    this.operation = operation;
    this.failure = details.failure;
    this.status = details.status;
    this.problem = details.problem;
    this.attempts = attempts;
  }

  /** The address of the instance that was asked last. */
  get instance(): string | undefined {
    return this.attempts.at(-1)?.instance;
  }
}

/**
 * The problem that a service answers with when one that it needs has failed it: 503 when nobody
 * could be reached, 504 when it took too long, 502 for an answer that makes no sense.
 */
export function remoteProblem(error: unknown): ProblemError | undefined {
  if (!(error instanceof RemoteError)) return undefined;
  const { service } = error;
  const cause = error;
  switch (kindOf(error)) {
    case 'unavailable':
      return serviceUnavailable(service, { cause });
    case 'timeout':
      return serviceTooLate(service, { cause });
    case 'aborted':
      return callerLeft({ cause });
    default:
      return badGateway(service, { cause });
  }
}

/**
 * Whether a problem speaks of a service further down. Such an answer says nothing against the
 * instance that gave it, and asking another one would only repeat what that one has tried already.
 */
export function isAboutDependency(problem: Problem | undefined): boolean {
  return problem !== undefined && DEPENDENCY_PROBLEMS.has(problem.type);
}

const DEPENDENCY_PROBLEMS = new Set([
  '/problems/service-unavailable',
  '/problems/service-overloaded',
  '/problems/gateway-timeout',
  '/problems/bad-gateway',
]);

/** A remote 503 or 504 is passed on as what it is. */
function kindOf({ failure, status }: RemoteError): RemoteFailure {
  if (failure !== 'status') return failure;
  if (status === 503 || status === 429) return 'unavailable';
  return status === 504 ? 'timeout' : 'status';
}

function summary(attempts: readonly Attempt[]): string {
  if (attempts.length === 0) return '';
  const steps = attempts.map(
    ({ instance, outcome, durationMs }) => `${instance} ${outcome} in ${Math.round(durationMs)} ms`,
  );
  return ` (${steps.join(', ')})`;
}
