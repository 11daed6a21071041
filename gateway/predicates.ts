import { listOf } from './one-or-many.ts';
import type { RouteDefinition } from './routes.ts';

/** What a route may ask about a request. */
export type RouteRequest = {
  readonly method: string;
  /** In lower case, without port. */
  readonly host: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly headers: Headers;
  /** From 0 to below 1; drawn once per request, so that weighted routes share it out. */
  readonly random: number;
};

export type Predicate = (request: RouteRequest) => boolean;

/** The part of `weight` groups that falls to a route: requests whose number lies in here. */
export type Share = { readonly from: number; readonly to: number };

/** All conditions of a route beside its path and its exact hosts, which the index answers. */
export function compilePredicates(
  { match }: RouteDefinition,
  share: Share | undefined,
): readonly Predicate[] {
  const methods = new Set<string>(listOf(match.method));
  const wildcardHosts = listOf(match.host).filter((host) => host.startsWith('*.'));
  const exactHosts = new Set(listOf(match.host).filter((host) => !host.startsWith('*.')));
  return [
    ...(methods.size > 0 ? [({ method }: RouteRequest) => methods.has(method)] : []),
    ...(wildcardHosts.length > 0 ? [hostPredicate(exactHosts, wildcardHosts)] : []),
    ...Object.entries(match.header ?? {}).map(([name, pattern]) => headerPredicate(name, pattern)),
    ...Object.entries(match.query ?? {}).map(([name, pattern]) => queryPredicate(name, pattern)),
    ...Object.entries(match.cookie ?? {}).map(([name, pattern]) => cookiePredicate(name, pattern)),
    ...(share ? [({ random }: RouteRequest) => random >= share.from && random < share.to] : []),
  ];
}

/** The share of each route of a `weight` group, by route id. */
export function weightShares(definitions: readonly RouteDefinition[]): Map<string, Share> {
  const weighted = definitions.flatMap(({ id, match: { weight } }) =>
    weight ? [{ id, ...weight }] : [],
  );
  const shares = new Map<string, Share>();
  for (const members of Map.groupBy(weighted, ({ group }) => group).values()) {
    const total = members.reduce((sum, { weight }) => sum + weight, 0);
    let before = 0;
    for (const { id, weight } of members) {
      const to = before + weight;
      shares.set(id, total === 0 ? { from: 0, to: 0 } : { from: before / total, to: to / total });
      before = to;
    }
  }
  return shares;
}

function hostPredicate(exact: ReadonlySet<string>, wildcards: readonly string[]): Predicate {
  const suffixes = wildcards.map((wildcard) => wildcard.slice(1));
  return ({ host }) =>
    exact.has(host) ||
    suffixes.some((suffix) => host.length > suffix.length && host.endsWith(suffix));
}

function headerPredicate(name: string, pattern: string): Predicate {
  const regex = whole(pattern);
  return ({ headers }) => regex.test(headers.get(name) ?? MISSING);
}

function queryPredicate(name: string, pattern: string): Predicate {
  const regex = whole(pattern);
  return ({ query }) => new URLSearchParams(query).getAll(name).some((value) => regex.test(value));
}

function cookiePredicate(name: string, pattern: string): Predicate {
  const regex = whole(pattern);
  return ({ headers }) =>
    (headers.get('cookie') ?? '')
      .split(/; */)
      .some((pair) => pair.startsWith(`${name}=`) && regex.test(pair.slice(name.length + 1)));
}

/** No pattern is meant to fit a header that is not there; this is no valid header value. */
const MISSING = '\n';

const whole = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, 'u');
