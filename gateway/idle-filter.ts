import type { RouteFilter } from './route-filters.ts';
import { watchedBody } from './watched-body.ts';

/** Cuts a reply off whose body stands still for so long. */
export function idleFilter(idleMs: number): RouteFilter {
  return async (exchange, next) => {
    const reply = await next(exchange);
    if (!reply?.body) return reply;
    const { signal } = exchange.request;
    return new Response(watchedBody(reply.body, { signal, idleMs }), reply);
  };
}
