import type { Discovery } from 'platform/discovery';

import { RouteDefinition } from './routes.ts';

export type NotRouted = { readonly id: string; readonly reason: string };

/** First segments that are the gateway's own; a service of such a name is not routed. */
export const OWN_SEGMENTS: ReadonlySet<string> = new Set([
  'api',
  'docs',
  'gateway',
  'health',
  'metrics',
  'openapi.json',
]);

/** Metadata by which every instance of a service can say that it wants no route. */
const OPT_OUT = { key: 'gateway.route', value: 'false' } as const;

/**
 * A route `/{service-id}/**` to every registered service, in lower and, as Spring Cloud Gateway
 * does it, in upper case. The gateway itself has none: it would call itself.
 */
export function registryRoutes(
  discovery: Discovery,
  self: string,
): { routes: RouteDefinition[]; notRouted: NotRouted[] } {
  const routes: RouteDefinition[] = [];
  const notRouted: NotRouted[] = [];
  for (const service of discovery.services().toSorted()) {
    const reason = reasonAgainst(service, discovery, self);
    if (reason === undefined) routes.push(routeTo(service));
    else notRouted.push({ id: service, reason });
  }
  return { routes, notRouted };
}

function routeTo(service: string): RouteDefinition {
  const paths = new Set([`/${service}/**`, `/${service.toUpperCase()}/**`]);
  return RouteDefinition.parse({
    id: `registry.${service}`,
    match: { path: [...paths] },
    upstream: `lb://${service}`,
    filters: { stripPrefix: 1 },
  });
}

function reasonAgainst(service: string, discovery: Discovery, self: string): string | undefined {
  if (service === self) return 'the gateway does not route to itself';
  if (OWN_SEGMENTS.has(service)) return `the path /${service} is the gateway's own`;
  if (!/^[\w.-]+$/.test(service) || service.startsWith('.')) return 'the name is no path segment';
  const instances = discovery.instances(service);
  const isOptedOut = instances.every(({ metadata }) => metadata[OPT_OUT.key] === OPT_OUT.value);
  return isOptedOut && instances.length > 0 ? 'it asks not to be, in its metadata' : undefined;
}
