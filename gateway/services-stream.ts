import type { Discovery } from 'platform/discovery';
import { createLatestEvents, type LatestEvents } from 'platform/latest-events';
import type { EventOf } from 'platform/operation-types';
import { event } from 'platform/reply';

import type { RoutesMode, ServicesView, UpstreamsView } from './contract.ts';

/** What the registry knows now, in a stable order. */
export function servicesView(discovery: Discovery, routes: RoutesMode): ServicesView {
  return {
    routes,
    services: discovery
      .services()
      .toSorted()
      .map((name) => ({
        name,
        instances: discovery
          .instances(name)
          .toSorted((a, b) => (a.id < b.id ? -1 : 1))
          .map(({ id, url, zone, metadata }) => ({
            id,
            url,
            status: 'UP' as const,
            ...(zone === undefined ? {} : { zone }),
            metadata: { ...metadata },
          })),
      })),
  };
}

type GatewayEvent = EventOf<{ services: typeof ServicesView; upstreams: typeof UpstreamsView }>;

export type ServicesStream = {
  /** `services` now and after every change, `upstreams` now and, while it changes, once a second. */
  readonly read: (signal: AbortSignal) => AsyncIterable<GatewayEvent>;
  /** Ends all streams, since nobody could wait for their end. */
  readonly close: () => void;
};

type ServicesStreamDeps = {
  readonly discovery: Discovery;
  readonly routes: RoutesMode;
  readonly upstreams: () => UpstreamsView;
};

export function createServicesStream(deps: ServicesStreamDeps): ServicesStream {
  const { discovery, routes, upstreams } = deps;
  const readers = new Set<LatestEvents<GatewayEvent>>();
  const services = () => event('services', servicesView(discovery, routes));
  let lastUpstreams: UpstreamsView | undefined;
  const unsubscribe = discovery.subscribe(() => {
    if (readers.size === 0) return;
    const now = services();
    for (const reader of readers) reader.put(now);
  });
  const look = setInterval(() => {
    if (readers.size === 0) return;
    const now = upstreams();
    if (Bun.deepEquals(now, lastUpstreams)) return;
    lastUpstreams = now;
    for (const reader of readers) reader.put(event('upstreams', now));
  }, LOOK_EVERY_MS);
  look.unref();
  return {
    read(signal) {
      const reader = createLatestEvents<GatewayEvent>();
      reader.put(services());
      reader.put(event('upstreams', upstreams()));
      readers.add(reader);
      const leave = () => {
        readers.delete(reader);
        reader.end();
      };
      signal.addEventListener('abort', leave, { once: true });
      return reader;
    },
    close() {
      unsubscribe();
      clearInterval(look);
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}

const LOOK_EVERY_MS = 1000;
