import type { RouteFilter } from './route-filters.ts';
import type { Filters } from './routes.ts';

/** Answers by itself; the upstream is not asked. */
export function redirectFilter({
  status,
  location,
}: NonNullable<Filters['redirect']>): RouteFilter {
  return ({ trace }) =>
    Promise.resolve(
      new Response(null, { status, headers: { location, 'x-request-id': trace.requestId } }),
    );
}
