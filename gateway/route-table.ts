import { listOf } from './one-or-many.ts';
import { createPathIndex } from './path-index.ts';
import { comparePatterns, parsePathPattern, type PathPattern } from './path-pattern.ts';
import {
  compilePredicates,
  type Predicate,
  type RouteRequest,
  weightShares,
} from './predicates.ts';
import { compilePathRewrite, type PathRewrite } from './rewrite-path.ts';
import type { CompiledFilters, RouteFilters } from './route-filters.ts';
import type { Filters, RouteDefinition } from './routes.ts';
import type { Upstream, Upstreams } from './upstreams.ts';

export type Route = {
  readonly id: string;
  readonly definition: RouteDefinition;
  readonly source: RouteSourceName;
  readonly filters: Filters;
  readonly upstream: Upstream;
} & CompiledFilters;
export type RouteSourceName = 'file' | 'registry';

export type RouteMatch = { readonly route: Route; readonly rewrite: PathRewrite };

export type RouteTable = {
  /** In the order in which they win. */
  readonly routes: readonly Route[];
  find(request: RouteRequest): RouteMatch | undefined;
};

export type SourcedDefinition = {
  readonly definition: RouteDefinition;
  readonly source: RouteSourceName;
};

export type RouteTableDeps = { readonly upstreams: Upstreams; readonly filters: RouteFilters };

/** The table of valid definitions: lowest `order` first, then the more specific path. */
export function createRouteTable(
  sourced: readonly SourcedDefinition[],
  { upstreams, filters }: RouteTableDeps,
): RouteTable {
  const definitions = sourced.map(({ definition }) => definition);
  const shares = weightShares(definitions);
  const upstreamOf = upstreams(definitions);
  const candidates = sourced.flatMap(({ definition, source }, position) => {
    const upstream = upstreamOf(definition);
    const { id } = definition;
    const compiled = filters(definition, upstream);
    const route = { id, definition, source, filters: definition.filters, upstream, ...compiled };
    const predicates = compilePredicates(definition, shares.get(definition.id));
    return patternsOf(definition).map((pattern) => ({ route, pattern, predicates, position }));
  });
  const entries = candidates.toSorted(compareCandidates).map(toEntry);
  const index = createPathIndex(entries);
  return {
    routes: [...new Set(entries.map(({ route }) => route))],
    find: (request) =>
      index.find(request.path, request.host, ({ predicates }) => fits(predicates, request)),
  };
}

type Candidate = {
  readonly route: Route;
  readonly pattern: PathPattern;
  readonly predicates: readonly Predicate[];
  readonly position: number;
};

function toEntry(candidate: Candidate, rank: number) {
  const { route, pattern, predicates } = candidate;
  const hosts = listOf(route.definition.match.host);
  return {
    route,
    pattern,
    predicates,
    rank,
    // With a wildcard among them all hosts are left to the predicate.
    hosts: hosts.some((host) => host.startsWith('*.')) ? [] : hosts,
    rewrite: compilePathRewrite(route.filters, pattern),
  };
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    a.route.definition.order - b.route.definition.order ||
    comparePatterns(a.pattern, b.pattern) ||
    conditionCount(b) - conditionCount(a) ||
    a.position - b.position
  );
}

const conditionCount = ({ predicates, route }: Candidate): number =>
  predicates.length + listOf(route.definition.match.host).length;

function fits(predicates: readonly Predicate[], request: RouteRequest): boolean {
  for (const predicate of predicates) if (!predicate(request)) return false;
  return true;
}

function patternsOf({ match }: RouteDefinition): PathPattern[] {
  return listOf(match.path).map((path) => {
    const pattern = parsePathPattern(path);
    if (typeof pattern === 'string') throw new Error(`Cannot use path '${path}': ${pattern}`);
    return pattern;
  });
}
