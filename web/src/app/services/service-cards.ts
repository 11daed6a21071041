import type { ServicesView, UpstreamsView } from 'gateway/contract';

type Upstream = UpstreamsView['upstreams'][number];
type UpstreamInstance = Upstream['instances'][number];

/** An instance as the page shows it; what only the gateway knows is missing where no route leads. */
export type ShownInstance = Pick<UpstreamInstance, 'id' | 'url'> &
  Partial<Pick<UpstreamInstance, 'state' | 'pending' | 'share' | 'setAside'>>;

export type ServiceCard = {
  readonly name: string;
  readonly instances: readonly ShownInstance[];
  /** How many requests wait for room, and which routes send none for a while. */
  readonly queued: number;
  readonly openCircuits: readonly string[];
};

/** What the company's work needs; one that is not known shows as missing rather than not at all. */
const NEEDED = ['billing-service', 'customer-service', 'inventory-service'];

/**
 * The services by name: those that the registry knows, with how the gateway finds their instances,
 * and in static mode those of the table.
 */
export function serviceCards(view: ServicesView, upstreams: readonly Upstream[]): ServiceCard[] {
  const isStatic = view.routes === 'static';
  const known = new Map(view.services.map(({ name, instances }) => [name, instances]));
  const sentTo = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  const names = new Set([...known.keys(), ...(isStatic ? sentTo.keys() : NEEDED)]);
  return [...names].toSorted().map((name) => {
    const upstream = sentTo.get(name);
    const registered = isStatic ? (upstream?.instances ?? known.get(name)) : known.get(name);
    return {
      name,
      instances: (registered ?? []).map((instance) => shown(instance, upstream)),
      queued: upstream?.bulkhead.queued ?? 0,
      openCircuits: (upstream?.circuits ?? [])
        .filter(({ state }) => state !== 'closed')
        .map(({ route }) => route),
    };
  });
}

function shown(
  { id, url }: Pick<UpstreamInstance, 'id' | 'url'>,
  upstream: Upstream | undefined,
): ShownInstance {
  return upstream?.instances.find((instance) => instance.url === url) ?? { id, url };
}
