import { ProblemError } from 'platform/problem';

/** Our name in `Via` (RFC 9110 §7.6.3); each process has its own, by which it knows a loop. */
const NAME = `comptoir-${crypto.randomUUID().slice(0, 8)}`;
const US = `1.1 ${NAME}`;

/** Those that passed a request on, with us at the end. */
export const viaUs = (via: string | undefined): string =>
  via === undefined ? US : `${via}, ${US}`;

const MOST_HOPS = 10;

/** Our own name among those that passed the request on is a loop; others are only counted. */
export function assertNoLoop(via: string | undefined): void {
  if (via === undefined) return;
  if (!via.includes(NAME) && via.split(',').length < MOST_HOPS) return;
  throw new ProblemError(508, 'loop-detected', 'The request runs in a circle', {
    detail: 'A route leads back to the gateway; its Via header shows the way',
  });
}
