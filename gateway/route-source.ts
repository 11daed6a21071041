import type { Discovery } from 'platform/discovery';
import type { Log } from 'platform/log';

import type { RoutesMode, RoutesView } from './contract.ts';
import { listOf } from './one-or-many.ts';
import { type NotRouted, OWN_SEGMENTS, registryRoutes } from './registry-routes.ts';
import { RouteFileError } from './route-file.ts';
import {
  createRouteTable,
  type Route,
  type RouteTable,
  type RouteTableDeps,
  type SourcedDefinition,
} from './route-table.ts';
import type { RouteDefinition } from './routes.ts';
import { assertBulkheadsAgree, registryService } from './upstreams.ts';

export type RouteSource = {
  /** The live table: a whole one at any time, exchanged in one step. */
  readonly table: () => RouteTable;
  readonly view: () => RoutesView;
  /** Takes these instead of the routes of the file that are live. */
  readonly replaceFileRoutes: (routes: readonly RouteDefinition[]) => void;
  /** Notes why the file as it is now is not live. */
  readonly refuseFileRoutes: (reasons: readonly string[]) => void;
  readonly close: () => void;
};

type RouteSourceDeps = RouteTableDeps & {
  readonly mode: RoutesMode;
  readonly fileRoutes: readonly RouteDefinition[];
  readonly discovery: Discovery;
  /** The gateway's own service name. */
  readonly self: string;
  readonly log: Log;
};

/**
 * The routes of the file and, in `registry` mode, those of the registered services. `static`
 * leaves out the routes that need the registry.
 */
export function createRouteSource(deps: RouteSourceDeps): RouteSource {
  const { mode, discovery, log } = deps;
  let fileRoutes = deps.fileRoutes;
  let live = build(fileRoutes, deps);
  let refused: readonly string[] = [];
  logNotRouted(live.notRouted, [], log);

  const rebuild = () => {
    const next = build(fileRoutes, deps);
    // The registry speaks up whenever an instance changes; most changes leave the routes alone.
    const isSame = Bun.deepEquals(next.definitions, live.definitions);
    logNotRouted(next.notRouted, live.notRouted, log);
    live = isSame ? { ...live, notRouted: next.notRouted } : next;
    if (isSame) return;
    log.info('The route table has {count} routes now', { count: next.table.routes.length });
  };
  const unsubscribe = mode === 'registry' ? discovery.subscribe(rebuild) : () => undefined;
  return {
    table: () => live.table,
    view: () => ({
      routes: mode,
      table: live.table.routes.map(viewOf),
      notRouted: [...live.notRouted],
      refused: [...refused],
    }),
    replaceFileRoutes(routes) {
      fileRoutes = routes;
      refused = [];
      rebuild();
    },
    refuseFileRoutes(reasons) {
      refused = reasons;
    },
    close: unsubscribe,
  };
}

/**
 * Throws `RouteFileError` when a route claims a path that the gateway answers itself, or when routes
 * contradict each other.
 */
export function assertRoutable(routes: readonly RouteDefinition[]): void {
  const complaints = routes.flatMap(({ id, match }) =>
    listOf(match.path)
      .filter((path) => isOwn(path))
      .map((path) => `route '${id}' match.path: '${path}' is the gateway's own path`),
  );
  if (complaints.length > 0) throw new RouteFileError(complaints);
  assertBulkheadsAgree(routes);
}

type Built = {
  readonly table: RouteTable;
  readonly definitions: readonly SourcedDefinition[];
  readonly notRouted: readonly NotRouted[];
};

function build(
  fileRoutes: readonly RouteDefinition[],
  { mode, discovery, upstreams, filters, self }: RouteSourceDeps,
): Built {
  const isUsed = ({ upstream }: RouteDefinition) =>
    mode === 'registry' || registryService(upstream) === undefined;
  const discovered =
    mode === 'registry' ? registryRoutes(discovery, self) : { routes: [], notRouted: [] };
  const leftOut = fileRoutes
    .filter((route) => !isUsed(route))
    .map(({ id }) => ({ id, reason: 'it needs the registry, and GATEWAY_ROUTES is static' }));
  const definitions: SourcedDefinition[] = [
    ...fileRoutes.filter(isUsed).map((definition) => ({ definition, source: 'file' as const })),
    ...discovered.routes.map((definition) => ({ definition, source: 'registry' as const })),
  ];
  return {
    table: createRouteTable(definitions, { upstreams, filters }),
    definitions,
    notRouted: [...leftOut, ...discovered.notRouted],
  };
}

function logNotRouted(now: readonly NotRouted[], before: readonly NotRouted[], log: Log): void {
  for (const { id, reason } of now) {
    if (before.some((known) => known.id === id && known.reason === reason)) continue;
    log.info("'{id}' is not routed: {reason}", { id, reason });
  }
}

const isOwn = (path: string): boolean => {
  const first = path.split('/')[1] ?? '';
  return path === '/' || (OWN_SEGMENTS.has(first) && first !== 'api');
};

function viewOf({ id, definition, source, upstream }: Route) {
  const registered = registryService(definition.upstream);
  const addresses = upstream.instances().map(({ url }) => url);
  return {
    id,
    order: definition.order,
    paths: [...listOf(definition.match.path)],
    upstream: registered === undefined ? addresses.join(', ') : `lb://${registered}`,
    source,
  };
}
