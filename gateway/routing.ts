import type { Balancer } from 'platform/balancer';
import type { Discovery } from 'platform/discovery';
import type { Log } from 'platform/log';
import type { RetryBudget } from 'platform/retry-budget';

import { gateway, type RoutesMode, type UpstreamsView } from './contract.ts';
import type { ProblemReply } from './problem-reply.ts';
import { createRouteFilters } from './route-filters.ts';
import { routeRequest } from './route-request.ts';
import { createRouteSource, type RouteSource } from './route-source.ts';
import type { RouteDefinition } from './routes.ts';
import type { IsTrusted } from './trusted-proxies.ts';
import { bulkheadFor } from './upstream-gate.ts';
import { upstreamsView } from './upstreams-view.ts';
import { createUpstreams } from './upstreams.ts';

type RoutingDeps = {
  readonly mode: RoutesMode;
  readonly fileRoutes: readonly RouteDefinition[];
  readonly discovery: Discovery;
  readonly balancer: Balancer;
  readonly retryBudget: RetryBudget;
  readonly problemReply: ProblemReply;
  readonly isTrusted: IsTrusted;
  readonly requestLimit: number;
  readonly place: Pick<UpstreamsView, 'worker' | 'workers'>;
  readonly log: Log;
};

/** The table of routes with their upstreams and filters, and how those are. */
export function createRouting(deps: RoutingDeps): {
  readonly source: RouteSource;
  readonly upstreams: () => UpstreamsView;
} {
  const { discovery, balancer, requestLimit, place } = deps;
  const upstreams = createUpstreams({ discovery, bulkhead: bulkheadFor(requestLimit) });
  const filters = createRouteFilters({
    ...deps,
    findAt: ({ request, hop, target }, path) =>
      source.table().find(routeRequest(request, hop.host, { ...target, path })),
  });
  const source = createRouteSource({ ...deps, upstreams, filters, self: gateway.service });
  return {
    source,
    upstreams: () => ({ ...place, upstreams: upstreamsView(source.table().routes, balancer) }),
  };
}
