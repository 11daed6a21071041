import { type Balancer, instanceKey, type InstanceView } from 'platform/balancer';

import type { UpstreamsView } from './contract.ts';
import type { Route } from './route-table.ts';

type UpstreamView = UpstreamsView['upstreams'][number];

/** Each place that a route of the table leads to, once. */
export function upstreamsView(
  routes: readonly Route[],
  balancer: Pick<Balancer, 'inspect'>,
): UpstreamView[] {
  const groups = Map.groupBy(routes, ({ upstream }) => upstream.key);
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sharing]) => viewOf(name, sharing, balancer));
}

function viewOf(
  name: string,
  routes: readonly Route[],
  balancer: Pick<Balancer, 'inspect'>,
): UpstreamView {
  const [first] = routes;
  if (first === undefined) throw new Error('A group has at least one member');
  const { upstream } = first;
  return {
    name,
    routes: routes.map(({ id }) => id),
    balance: upstream.balancing.method ?? 'leastPending',
    bulkhead: upstream.bulkhead.view(),
    circuits: routes.flatMap(({ id, circuit }) =>
      circuit ? [{ route: id, state: circuit() }] : [],
    ),
    instances: instancesOf(routes, balancer).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** The file may name addresses beside those that the registry knows. */
function instancesOf(routes: readonly Route[], balancer: Pick<Balancer, 'inspect'>) {
  const seen = routes
    .flatMap(({ upstream }) => balancer.inspect(upstream.instances(), upstream.balancing))
    .map((instance) => [instanceKey(instance), instanceView(instance)] as const);
  return [...new Map(seen.toReversed()).values()];
}

const STATES = { well: 'up', aside: 'set-aside', returning: 'returning' } as const;

function instanceView({ id, url, share, health }: InstanceView) {
  const { phase, pending, asideSinceMs, asideUntilMs, asideCount, reason } = health;
  const known = { id, url, state: STATES[phase], pending, share: Math.round(share * 1000) / 1000 };
  if (phase === 'well') return known;
  return {
    ...known,
    setAside: {
      since: timeOf(asideSinceMs),
      until: timeOf(asideUntilMs),
      times: asideCount,
      reason,
    },
  };
}

/** Health is kept in the time of `performance.now()`. */
const timeOf = (ms: number): string => new Date(performance.timeOrigin + ms).toISOString();
