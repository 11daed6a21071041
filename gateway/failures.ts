import { isRefused } from 'platform/network-error';
import { ProblemError } from 'platform/problem';

import { LateError } from './pending.ts';

/** Why there is no reply: see `problemOf` for what the client gets to know. */
export type Failure = 'refused' | 'broken' | 'late' | 'aborted' | 'too-large';

/** Ends an exchange whose request body is larger than the route lets through. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** `signal` is the one that the fetch was given; what it was aborted with decides. */
export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (signal.aborted) {
    if (signal.reason instanceof LateError) return 'late';
    if (signal.reason instanceof BodyTooLargeError) return 'too-large';
    return 'aborted';
  }
  return isRefused(error) ? 'refused' : 'broken';
}

export function noInstance(service: string): ProblemError {
  return new ProblemError(503, 'service-unavailable', 'A service that is needed is not available', {
    detail: `No instance of '${service}' takes requests`,
    headers: { 'retry-after': '1' },
  });
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
      return noInstance(service);
    case 'too-large':
      return bodyTooLarge(maxBodyBytes);
    case 'late':
      return new ProblemError(504, 'gateway-timeout', 'A service that is needed took too long', {
        detail: `'${service}' did not answer in time`,
        cause,
      });
    case 'aborted':
      // Nobody is left to read it; the status is what the access log shows.
      return new ProblemError(499, 'client-closed-request', 'The caller left', { cause });
    default:
      return new ProblemError(502, 'bad-gateway', 'A service that is needed answered badly', {
        detail: `'${service}' gave no complete answer`,
        cause,
      });
  }
}
