import type { z } from 'zod';

import type { FieldError, Problem } from './contract.ts';

type ProblemOptions = {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The record as it is now, for a precondition that failed; encoded by the contract's schema. */
  readonly current?: unknown;
  /** Logged, never sent. */
  readonly cause?: unknown;
};

/**
 * An answer that is not the one that was asked for (RFC 9457). Thrown anywhere below a handler,
 * rendered in one place. `type` is the stable part of `/problems/{type}`.
 */
export class ProblemError extends Error {
  readonly status: number;
  readonly type: string;
  readonly options: ProblemOptions;

  constructor(status: number, type: string, title: string, options: ProblemOptions = {}) {
    super(title, { cause: options.cause });
    this.name = 'ProblemError';
    this.status = status;
    this.type = type;
    this.options = options;
  }
}

/** Throws 404: there is no such record. */
export function notFound(kind: string, id: string): never {
  throw new ProblemError(404, 'not-found', `There is no such ${kind}`, {
    detail: `No ${kind} has the id '${id}'`,
  });
}

/** Throws 409: the request is well formed, but the state of things does not allow it. */
export function conflict(
  type: string,
  title: string,
  options: Pick<ProblemOptions, 'detail' | 'errors'> = {},
): never {
  throw new ProblemError(409, type, title, options);
}

/** Throws 422 with one entry per bad field. */
export function invalid(errors: readonly FieldError[]): never {
  throw new ProblemError(422, 'invalid-request', 'The request is not valid', {
    detail: errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
    errors,
  });
}

/**
 * Checks `If-Match` against the version of the record as it is: throws 428 when the header is
 * missing, 412 with the current record when it names another version (RFC 9110 §13.1.1).
 */
export function assertMatch(ifMatch: string | undefined, current: { version: number }): void {
  if (ifMatch === undefined) {
    throw new ProblemError(428, 'precondition-required', 'If-Match is required', {
      detail: "Send the record's ETag as If-Match, so that nobody else's change is lost",
    });
  }
  const tags = new Set(ifMatch.split(',').map((tag) => tag.trim()));
  if (tags.has('*') || tags.has(etagOf(current))) return;
  throw new ProblemError(412, 'precondition-failed', 'The record was changed in the meantime', {
    detail: `If-Match is ${ifMatch}, the record is at ${etagOf(current)}`,
    headers: { ETag: etagOf(current) },
    current,
  });
}

/** What to do with a record that is still the one that the caller has seen; throws as `assertMatch`. */
export function whenMatching<R, T>(
  ifMatch: string | undefined,
  work: (current: R) => T,
): (current: R & { version: number }) => T {
  return (current) => {
    assertMatch(ifMatch, current);
    return work(current);
  };
}

/** The strong entity tag of a record: its version in quotes. */
export function etagOf(record: { version: number }): string {
  return `"${record.version}"`;
}

/** What zod found wrong, as one entry per field with a JSON pointer (RFC 6901). */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          pointer: pointerTo([...issue.path, key]),
          code: 'unknown_field',
          detail: 'This field is not known',
        }))
      : [{ pointer: pointerTo(issue.path), code: issue.code, detail: issue.message }],
  );
}

/** The body of a problem as it is sent. */
export function problemBody(error: ProblemError, requestId: string | undefined): Problem {
  const { detail, errors, current } = error.options;
  return {
    type: `/problems/${error.type}`,
    title: error.message,
    status: error.status,
    ...(detail === undefined ? {} : { detail }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(current === undefined ? {} : { current }),
  };
}

/** The problem as a response of type `application/problem+json`. */
export function problemResponse(error: ProblemError, requestId?: string): Response {
  return new Response(JSON.stringify(problemBody(error, requestId)), {
    status: error.status,
    headers: { 'content-type': 'application/problem+json', ...error.options.headers },
  });
}

function pointerTo(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
