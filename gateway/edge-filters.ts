import { ProblemError } from 'platform/problem';

import { SECURE_HEADERS } from './content-policy.ts';
import { CORS_HEADERS, corsHeaders, preflightReply } from './cors.ts';
import type { Exchange } from './message.ts';
import { createRateLimiter, type RateLimiter } from './rate-limit.ts';
import type { Filters } from './routes.ts';
import { clientAddress, type IsTrusted } from './trusted-proxies.ts';

/** What a route's filters answer or add by themselves, without its upstream. */
export type EdgeFilters = {
  /** An answer in the upstream's place, if there is one; throws 429 for too many requests. */
  readonly before: (exchange: Exchange) => Response | undefined;
  readonly after: (exchange: Exchange, response: Response) => void;
};

export function createEdgeFilters({ isTrusted }: { readonly isTrusted: IsTrusted }): EdgeFilters {
  // By the filter itself: a table made anew of the same routes goes on counting.
  const limiters = new WeakMap<object, RateLimiter>();
  const keyOf = ({ request, hop }: Exchange, header: string | undefined) => {
    const value = header === undefined ? null : request.headers.get(header);
    const forwardedFor = request.headers.get('x-forwarded-for');
    return value?.slice(0, LONGEST_KEY) ?? clientAddress(hop.peer, forwardedFor, isTrusted);
  };
  return {
    before(exchange) {
      const { request, match } = exchange;
      const { redirect, rateLimit, cors } = match.route.filters;
      if (cors && isPreflight(request)) return preflightReply(cors, request.headers);
      if (rateLimit) {
        const limiter = limiters.get(rateLimit) ?? createRateLimiter(rateLimit);
        limiters.set(rateLimit, limiter);
        assertAllowed(limiter, keyOf(exchange, rateLimit.header), rateLimit);
      }
      if (!redirect) return undefined;
      const { status, location } = redirect;
      return new Response(null, { status, headers: { location } });
    },
    after({ request, match }, { headers }) {
      const { cors, secureHeaders } = match.route.filters;
      if (cors && !isPreflight(request)) {
        for (const name of CORS_HEADERS) headers.delete(name);
        const { vary = '', ...own } = corsHeaders(cors, request.headers.get('origin'));
        headers.append('vary', vary);
        for (const [name, value] of Object.entries(own)) headers.set(name, value);
      }
      if (!secureHeaders) return;
      for (const [name, value] of Object.entries(SECURE_HEADERS))
        if (!headers.has(name)) headers.set(name, value);
    },
  };
}

/** Whether a request only asks what another one of the given method may do. */
export const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');

const LONGEST_KEY = 128;

function assertAllowed(
  limiter: RateLimiter,
  key: string,
  { perSecond, burst }: NonNullable<Filters['rateLimit']>,
): void {
  const { isAllowed, remaining, nextInSeconds } = limiter.take(key);
  if (isAllowed) return;
  throw new ProblemError(429, 'too-many-requests', 'These are too many requests', {
    detail: `At most ${burst} at once and ${perSecond} a second in the long run`,
    headers: {
      'retry-after': String(nextInSeconds),
      'ratelimit-policy': `"route";q=${burst};w=${Math.ceil(burst / perSecond)}`,
      ratelimit: `"route";r=${remaining};t=${nextInSeconds}`,
    },
  });
}
