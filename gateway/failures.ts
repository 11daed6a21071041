import { isRefused } from 'platform/network-error';
import { ProblemError } from 'platform/problem';
import {
  badGateway,
  callerLeft,
  serviceTooLate,
  serviceUnavailable,
} from 'platform/upstream-problem';

import { LateError, type Pending } from './pending.ts';

/** Why there is no reply: see `problemOf` for what the client gets to know. */
export type Failure = 'refused' | 'broken' | 'late' | 'aborted' | 'too-large';

/** Ends an exchange whose request body is larger than the route lets through. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * Why it was ended decides, if it was. A client whose connection ends, or is ended for what it sent,
 * may be noticed first by its body that breaks off.
 */
export function failureOf(error: unknown, { ended, request }: Pending): Failure {
  if (ended !== undefined) {
    if (ended instanceof LateError) return 'late';
    return ended instanceof BodyTooLargeError ? 'too-large' : 'aborted';
  }
  if (request.signal.aborted) return 'aborted';
  return isRefused(error) ? 'refused' : 'broken';
}

export function bodyTooLarge(maxBytes: number | undefined): ProblemError {
  return new ProblemError(413, 'body-too-large', 'The body is too large', {
    detail: `At most ${maxBytes} bytes are taken`,
  });
}

/** The failure of the last attempt, as the client gets to know it. */
export function problemOf(
  failure: Failure,
  service: string,
  { maxBodyBytes, cause }: { maxBodyBytes: number | undefined; cause: unknown },
): ProblemError {
  switch (failure) {
    case 'refused':
      return serviceUnavailable(service);
    case 'too-large':
      return bodyTooLarge(maxBodyBytes);
    case 'late':
      return serviceTooLate(service, { cause });
    case 'aborted':
      return callerLeft({ cause });
    default:
      return badGateway(service, { detail: `'${service}' gave no complete answer`, cause });
  }
}
