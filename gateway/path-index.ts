import type { PathPattern } from './path-pattern.ts';

/** What the index holds: a smaller rank wins. */
export type Ranked = {
  readonly rank: number;
  readonly pattern: PathPattern;
  /** Hosts in lower case to which the entry is bound; empty for any host. */
  readonly hosts: readonly string[];
};

export type PathIndex<E extends Ranked> = {
  /** The entry of the lowest rank whose path and host fit and which `accepts` lets through. */
  find(path: string, host: string, accepts: (entry: E) => boolean): E | undefined;
};

/**
 * A tree by path segments. What a look-up costs depends on the depth of the path and on how many
 * routes share one pattern, not on how many routes there are.
 */
export function createPathIndex<E extends Ranked>(entries: readonly E[]): PathIndex<E> {
  const root = newNode<E>();
  for (const entry of entries.toSorted((a, b) => a.rank - b.rank)) insert(root, entry);
  return {
    find(path, host, accepts) {
      // `/` has no segment, and so ends where others have their first slash.
      return visit(root, path === '/' ? 1 : 0, { path, host, accepts }, undefined);
    },
  };
}

type Node<E> = {
  readonly literals: Map<string, Node<E>>;
  any: Node<E> | undefined;
  /** Ends here. */
  readonly exact: Bucket<E>;
  /** Goes on with whatever follows. */
  readonly rest: Bucket<E>;
};
/** Entries by rank; those bound to a host are found by it. */
type Bucket<E> = { readonly byHost: Map<string, E[]>; readonly anyHost: E[] };
type Query<E> = {
  readonly path: string;
  readonly host: string;
  readonly accepts: (entry: E) => boolean;
};

const newNode = <E>(): Node<E> => ({
  literals: new Map(),
  any: undefined,
  exact: { byHost: new Map(), anyHost: [] },
  rest: { byHost: new Map(), anyHost: [] },
});

function insert<E extends Ranked>(root: Node<E>, entry: E): void {
  let node = root;
  for (const segment of entry.pattern.segments) {
    const next = (segment === null ? node.any : node.literals.get(segment)) ?? newNode<E>();
    if (segment === null) node.any = next;
    else node.literals.set(segment, next);
    node = next;
  }
  const bucket = entry.pattern.hasRest ? node.rest : node.exact;
  if (entry.hosts.length === 0) bucket.anyHost.push(entry);
  for (const host of entry.hosts) {
    const sameHost = bucket.byHost.get(host);
    if (sameHost) sameHost.push(entry);
    else bucket.byHost.set(host, [entry]);
  }
}

/** `at` is where the slash before the next segment stands, or the end of the path. */
function visit<E extends Ranked>(
  node: Node<E>,
  at: number,
  query: Query<E>,
  bestSoFar: E | undefined,
): E | undefined {
  const { path } = query;
  let best = betterInBucket(node.rest, query, bestSoFar);
  if (at >= path.length) return betterInBucket(node.exact, query, best);
  if (node.literals.size === 0 && !node.any) return best;
  const slash = path.indexOf('/', at + 1);
  const end = slash === -1 ? path.length : slash;
  const segment = path.slice(at + 1, end);
  const literal = node.literals.get(segment);
  if (literal) best = visit(literal, end, query, best);
  // A trailing slash is an empty segment, which a wildcard does not stand for.
  if (node.any && segment !== '') best = visit(node.any, end, query, best);
  return best;
}

function betterInBucket<E extends Ranked>(
  bucket: Bucket<E>,
  query: Query<E>,
  best: E | undefined,
): E | undefined {
  const sameHost = bucket.byHost.size > 0 ? bucket.byHost.get(query.host) : undefined;
  const better = sameHost ? betterOf(sameHost, query, best) : best;
  return betterOf(bucket.anyHost, query, better);
}

function betterOf<E extends Ranked>(
  entries: readonly E[],
  query: Query<E>,
  best: E | undefined,
): E | undefined {
  for (const entry of entries) {
    if (best !== undefined && best.rank <= entry.rank) return best;
    if (query.accepts(entry)) return entry;
  }
  return best;
}
