import { HttpErrorResponse } from '@angular/common/http';
import { Problem } from 'platform/contract';

/**
 * The problem that a failed request came back with; one of our own when there was no answer. What
 * is no failed request is an error of ours: the person is told, and so is the console.
 */
export function problemOf(error: unknown): Problem {
  const response = responseOf(error);
  if (response === undefined) {
    reportError(error);
    return ownProblem('unknown', 0);
  }
  const parsed = Problem.safeParse(response.error);
  if (parsed.success) return parsed.data;
  return ownProblem(response.status === 0 ? 'offline' : 'unknown', response.status);
}

/** The stable part of a problem's type: `stock-short` of `/problems/stock-short`. */
export function problemKind(problem: Problem): string {
  return problem.type.slice(problem.type.lastIndexOf('/') + 1);
}

/** The id of the service that a 502, 503 or 504 speaks of. */
export function serviceAway(problem: Problem): string | undefined {
  if (![502, 503, 504].includes(problem.status)) return undefined;
  return /'([\w-]+-service)'/.exec(problem.detail ?? '')?.[1];
}

/** The answer to a failed request; resources wrap what was thrown, so it may be the cause. */
export function responseOf(error: unknown): HttpErrorResponse | undefined {
  if (error instanceof HttpErrorResponse) return error;
  return error instanceof Error && error.cause !== undefined ? responseOf(error.cause) : undefined;
}

function ownProblem(kind: 'offline' | 'unknown', status: number): Problem {
  return { type: `/problems/${kind}`, title: kind, status };
}
