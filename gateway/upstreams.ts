import type { Balancing } from 'platform/balancer';
import { type Bulkhead, type BulkheadSize, createBulkhead } from 'platform/bulkhead';
import type { Discovery, Instance } from 'platform/discovery';

import { RouteFileError } from './route-file.ts';
import type { UpstreamDefinition } from './route-upstream.ts';
import type { RouteDefinition } from './routes.ts';

/** Where a route leads. */
export type Upstream = {
  /** The service's name, which problems show. */
  readonly service: string;
  /** By which routes share what is known of where they lead: the service, or the one address. */
  readonly key: string;
  /** Those that are up now; the same array until something changes. */
  instances(): readonly Instance[];
  readonly balancing: Balancing;
  /** The cookie that names the instance that a client stays with. */
  readonly stickyCookie: string | undefined;
  readonly bulkhead: Bulkhead;
};

/** Makes the upstreams of a whole table. */
export type Upstreams = (
  definitions: readonly RouteDefinition[],
) => (definition: RouteDefinition) => Upstream;

type UpstreamsDeps = {
  readonly discovery: Discovery;
  /** For who says nothing of it. */
  readonly bulkhead: BulkheadSize;
};

/**
 * What is under way outlives the table that it was counted for, so that a table made anew goes on
 * counting; what no route leads to any more is forgotten.
 */
export function createUpstreams({ discovery, bulkhead: usual }: UpstreamsDeps): Upstreams {
  let bulkheads = new Map<string, Bulkhead>();
  return (definitions) => {
    const next = new Map<string, Bulkhead>();
    for (const [key, size] of bulkheadSizes(definitions)) {
      const bulkhead = bulkheads.get(key) ?? createBulkhead(usual);
      bulkhead.resize({
        concurrent: size.concurrent ?? usual.concurrent,
        waiting: size.waiting ?? usual.waiting,
      });
      next.set(key, bulkhead);
    }
    bulkheads = next;
    return ({ id, upstream }) => {
      const { service, key, options, instances } = placeOf(id, upstream, discovery);
      return {
        service,
        key,
        instances,
        balancing: { method: options.balance, slowStartMs: options.slowStartMs },
        stickyCookie: options.stickyCookie,
        bulkhead: next.get(key) ?? createBulkhead(usual),
      };
    };
  };
}

/** Throws `RouteFileError` when routes to one service disagree on what there can be but one of. */
export function assertBulkheadsAgree(definitions: readonly RouteDefinition[]): void {
  const first = new Map<string, { id: string; size: SizeSaid }>();
  const complaints = definitions.flatMap(({ id, upstream }) => {
    const size = optionsOf(upstream).bulkhead;
    if (size === undefined) return [];
    const key = keyOf(upstream);
    const known = first.get(key);
    first.set(key, known ?? { id, size });
    return known === undefined || Bun.deepEquals(known.size, size)
      ? []
      : [`route '${id}' upstream.bulkhead: route '${known.id}' says another one for '${key}'`];
  });
  if (complaints.length > 0) throw new RouteFileError(complaints);
}

/** The name of the service whose instances are looked up in the registry, if they are. */
export function registryService(upstream: UpstreamDefinition): string | undefined {
  if (typeof upstream !== 'string')
    return upstream.addresses === undefined ? upstream.service.toLowerCase() : undefined;
  return upstream.startsWith(BY_NAME) ? upstream.slice(BY_NAME.length).toLowerCase() : undefined;
}

type UpstreamOptions = Exclude<UpstreamDefinition, string>;
type SizeSaid = NonNullable<UpstreamOptions['bulkhead']>;

const BY_NAME = 'lb://';

const optionsOf = (upstream: UpstreamDefinition): Partial<UpstreamOptions> =>
  typeof upstream === 'string' ? {} : upstream;

function keyOf(upstream: UpstreamDefinition): string {
  const service = registryService(upstream);
  if (service !== undefined) return service;
  return typeof upstream === 'string' ? new URL(upstream).origin : upstream.service.toLowerCase();
}

function bulkheadSizes(definitions: readonly RouteDefinition[]): Map<string, SizeSaid> {
  const sizes = new Map<string, SizeSaid>();
  for (const { upstream } of definitions) {
    const key = keyOf(upstream);
    sizes.set(key, { ...sizes.get(key), ...optionsOf(upstream).bulkhead });
  }
  return sizes;
}

function placeOf(id: string, upstream: UpstreamDefinition, discovery: Discovery) {
  const options = optionsOf(upstream);
  const key = keyOf(upstream);
  const registered = registryService(upstream);
  if (registered !== undefined) {
    const instances = () => discovery.instances(registered);
    return { service: registered, key, options, instances };
  }
  const service = options.service ?? id;
  const addresses = typeof upstream === 'string' ? [upstream] : (upstream.addresses ?? []);
  const fixed = addresses.map((address) => fixedInstance(service, address));
  return { service, key, options, instances: () => fixed };
}

type AddressDefinition = NonNullable<UpstreamOptions['addresses']>[number];

function fixedInstance(service: string, address: AddressDefinition): Instance {
  const { url, weight } = typeof address === 'string' ? { url: address } : address;
  const { origin, hostname, port } = new URL(url);
  // As it would register: what is known of an instance is known whichever way leads to it.
  const id = `${hostname}:${service}:${port}`;
  const instance = { id, service, url: origin, metadata: {} };
  return weight === undefined ? instance : { ...instance, weight };
}
