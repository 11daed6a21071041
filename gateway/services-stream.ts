import type { Discovery } from 'platform/discovery';

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

export type ServicesStream = {
  /**
   * A reply of server-sent events: `services` now and after every change, `upstreams` now and, while
   * it changes, once a second.
   */
  readonly open: (request: Request) => Response;
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
  const readers = new Set<Reader>();
  const services = () => eventOf('services', servicesView(discovery, routes));
  let lastUpstreams = '';
  const sendAll = (text: string) => {
    const chunk = ENCODER.encode(text);
    for (const reader of readers) {
      // Who does not read gets the next one; every event says everything.
      if ((reader.desiredSize ?? 0) > -MOST_WAITING) reader.enqueue(chunk);
    }
  };
  const unsubscribe = discovery.subscribe(() => {
    if (readers.size > 0) sendAll(services());
  });
  const heartbeat = every(HEARTBEAT_MS, () => sendAll(':\n\n'));
  const look = every(LOOK_EVERY_MS, () => {
    if (readers.size === 0) return;
    const event = eventOf('upstreams', upstreams());
    if (event !== lastUpstreams) sendAll(event);
    lastUpstreams = event;
  });
  return {
    open({ method, signal }) {
      // Nobody would ever read or leave the stream of a HEAD.
      if (method === 'HEAD') return new Response(null, { headers: HEADERS });
      let own: Reader | undefined;
      const leave = () => void (own && readers.delete(own));
      const body = new ReadableStream<Uint8Array>({
        start(reader) {
          own = reader;
          readers.add(reader);
          reader.enqueue(ENCODER.encode(services() + eventOf('upstreams', upstreams())));
        },
        cancel: leave,
      });
      signal.addEventListener('abort', leave, { once: true });
      return new Response(body, { headers: HEADERS });
    },
    close() {
      unsubscribe();
      clearInterval(heartbeat);
      clearInterval(look);
      for (const reader of readers) reader.close();
      readers.clear();
    },
  };
}

const ENCODER = new TextEncoder();

const eventOf = (name: string, data: object): string =>
  `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

function every(ms: number, work: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(work, ms);
  timer.unref();
  return timer;
}

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

type Reader = ReadableStreamDefaultController<Uint8Array>;

/** Proxies between us and the browser tend to close what is quiet for a minute. */
const HEARTBEAT_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const MOST_WAITING = 16;
