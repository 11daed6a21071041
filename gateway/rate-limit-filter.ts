import { ProblemError } from 'platform/problem';

import type { Exchange } from './message.ts';
import type { ProblemReply } from './problem-reply.ts';
import { createRateLimiter } from './rate-limit.ts';
import type { RouteFilter } from './route-filters.ts';
import type { Filters } from './routes.ts';
import { clientAddress, type IsTrusted } from './trusted-proxies.ts';

type RateLimitDeps = { readonly isTrusted: IsTrusted; readonly problemReply: ProblemReply };

/**
 * 429 for who asks too often. Every reply says what is left, in the fields of
 * draft-ietf-httpapi-ratelimit-headers-10.
 */
export function rateLimitFilter(
  rateLimit: NonNullable<Filters['rateLimit']>,
  { isTrusted, problemReply }: RateLimitDeps,
): RouteFilter {
  const { perSecond, burst, header } = rateLimit;
  const limiter = createRateLimiter(rateLimit);
  const policy = `"route";q=${burst};w=${Math.ceil(burst / perSecond)}`;
  return async (exchange, next) => {
    const verdict = limiter.take(keyOf(exchange, header, isTrusted));
    const { isAllowed, remaining, nextInSeconds } = verdict;
    const reply = isAllowed
      ? await next(exchange)
      : problemReply(tooMany(rateLimit, nextInSeconds), exchange.trace);
    reply?.headers.set('ratelimit-policy', policy);
    reply?.headers.set('ratelimit', `"route";r=${remaining};t=${nextInSeconds}`);
    return reply;
  };
}

const LONGEST_KEY = 128;

/** Who sends no key counts by the address, which nobody else's key can be taken for. */
function keyOf(
  { request, hop }: Exchange,
  header: string | undefined,
  isTrusted: IsTrusted,
): string {
  const value = header === undefined ? null : request.headers.get(header);
  if (value !== null) return `=${value.slice(0, LONGEST_KEY)}`;
  return networkOf(clientAddress(hop.peer, request.headers.get('x-forwarded-for'), isTrusted));
}

/** Of an IPv6 address the network: whoever has one address there has 2^64 of them (RFC 6177 §2). */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...(tail?.split(':') ?? [])];
  return `${all.slice(0, 4).join(':')}::/64`;
}

function tooMany(
  { perSecond, burst }: NonNullable<Filters['rateLimit']>,
  nextInSeconds: number,
): ProblemError {
  return new ProblemError(429, 'too-many-requests', 'These are too many requests', {
    detail: `At most ${burst} at once and ${perSecond} a second in the long run`,
    headers: { 'retry-after': String(nextInSeconds) },
  });
}
