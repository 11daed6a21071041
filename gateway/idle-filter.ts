import type { RouteFilter } from './route-filters.ts';
import { watchedBody } from './watched-body.ts';

/**
 * Cuts a reply off whose body stands still for so long. Without a limit it only takes the body in hand:
 * when one that Bun passes on by itself is cut off, Bun prints the error.
 */
export function idleFilter(idleMs: number | undefined): RouteFilter {
  return async (exchange, next) => {
    const reply = await next(exchange);
    if (!reply?.body) return reply;
    const { signal } = exchange.request;
    return new Response(watchedBody(reply.body, { signal, idleMs }), reply);
  };
}
