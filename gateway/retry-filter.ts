import { instanceKey } from 'platform/instance';
import type { RetryBudget } from 'platform/retry-budget';

import type { Exchange } from './message.ts';
import { outcomeOf } from './outcome.ts';
import { newPicking } from './pick-instance.ts';
import type { RouteFilter } from './route-filters.ts';
import type { Filters } from './routes.ts';
import type { Upstream } from './upstreams.ts';
import { asksForWebSocket } from './web-sockets.ts';

type RetryDeps = { readonly retryBudget: RetryBudget };

/**
 * Asks another instance, never the same one, when the answer is one of the statuses or when there is
 * none that would be told as one of them. The budget is that of all rescues. A body is sent again if
 * it is small enough to be kept.
 */
export function retryFilter(
  { attempts, methods, statuses }: NonNullable<Filters['retry']>,
  upstream: Upstream,
  { retryBudget }: RetryDeps,
): RouteFilter {
  const isRetried = new Set<string>(methods);
  const isWorthOne = new Set(statuses);
  return async (first, next) => {
    const { request, picking = newPicking() } = first;
    const copies = isRetried.has(request.method) ? await repeatable(first) : undefined;
    if (copies === undefined) return await next(first);
    // Who was not even asked, for want of room, is not to be asked again.
    const mayGoOn = (attempt: number) =>
      picking.tried.size >= attempt &&
      !request.signal.aborted &&
      upstream.instances().some((instance) => !picking.tried.has(instanceKey(instance))) &&
      retryBudget.withdraw();
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await outcomeOf({ ...first, request: copies(), picking }, next);
      if (attempt >= attempts || !isWorthOne.has(outcome.status) || !mayGoOn(attempt))
        return outcome.give();
      await outcome.drop();
    }
  };
}

const MOST_KEPT_BYTES = 65_536;

/** Gives the request as often as needed; undefined when that cannot be. */
async function repeatable(exchange: Exchange): Promise<(() => Request) | undefined> {
  const { request } = exchange;
  if (asksForWebSocket(exchange)) return undefined;
  if (request.body === null) return () => request;
  const { url, method, headers, signal } = request;
  const length = headers.get('content-length');
  if (length === null || Number.parseInt(length, 10) > MOST_KEPT_BYTES) return undefined;
  const body = await request.bytes();
  return () => new Request(url, { method, headers, signal, body });
}
