import { ProblemError } from './problem.ts';

type Occurrence = { readonly detail?: string; readonly cause?: unknown };

/** 503: nobody took the request, so that nothing was done. */
export function serviceUnavailable(service: string, occurrence: Occurrence = {}): ProblemError {
  return new ProblemError(503, 'service-unavailable', 'A service that is needed is not available', {
    detail: `No instance of '${service}' takes requests`,
    headers: { 'retry-after': '1' },
    ...occurrence,
  });
}

/** 503: so many requests are under way to it that this one was not sent. */
export function serviceOverloaded(service: string, occurrence: Occurrence = {}): ProblemError {
  return new ProblemError(
    503,
    'service-overloaded',
    'A service that is needed has too much to do',
    {
      detail: `Too many requests to '${service}' are under way`,
      headers: { 'retry-after': '1' },
      ...occurrence,
    },
  );
}

/** 504: the answer came too late, and what was asked for may have been done. */
export function serviceTooLate(service: string, occurrence: Occurrence = {}): ProblemError {
  return new ProblemError(504, 'gateway-timeout', 'A service that is needed took too long', {
    detail: `'${service}' did not answer in time`,
    ...occurrence,
  });
}

/** 502: there was an answer, but it broke off or made no sense. */
export function badGateway(service: string, occurrence: Occurrence = {}): ProblemError {
  return new ProblemError(502, 'bad-gateway', 'A service that is needed answered badly', {
    detail: `The answer of '${service}' could not be used`,
    ...occurrence,
  });
}

/** 499: nobody is left to read it; the status is what the access log shows. */
export function callerLeft(occurrence: Occurrence = {}): ProblemError {
  return new ProblemError(499, 'client-closed-request', 'The caller left', occurrence);
}
