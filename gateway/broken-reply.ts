import { ProblemError, problemResponse } from 'platform/problem';

/**
 * The answer when an upstream's reply broke off before anything of it was sent on. Bun asks for it
 * by itself, outside of the request, so neither the service nor the request id is known here.
 */
export function brokenReply(): Response {
  return problemResponse(
    new ProblemError(502, 'bad-gateway', 'A service that is needed answered badly', {
      detail: 'Its answer broke off',
    }),
    Bun.randomUUIDv7(),
  );
}
