import { isRefused } from 'platform/network-error';
import { ProblemError } from 'platform/problem';
import {
  badGateway,
  callerLeft,
  serviceTooLate,
  serviceUnavailable,
} from 'platform/upstream-problem';

import { LateError } from './pending.ts';

/** Why there is no reply: see `problemOf` for what the client gets to know. */
export type Failure = 'refused' | 'broken' | 'late' | 'aborted' | 'too-large';

/** Ends an exchange whose request body is larger than the route lets through. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * `signal` is the one that the fetch was given; what it was aborted with decides. A client whose
 * connection ends, or is ended for what it sent, may be noticed first by its body that breaks off.
 */
export function failureOf(error: unknown, signal: AbortSignal, client: AbortSignal): Failure {
  if (signal.aborted) {
    if (signal.reason instanceof LateError) return 'late';
    if (signal.reason instanceof BodyTooLargeError) return 'too-large';
    return 'aborted';
  }
  if (client.aborted) return 'aborted';
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
