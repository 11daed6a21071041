import type { Discovery } from 'platform/discovery';

import type { RoutesMode, ServicesView } from './contract.ts';

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
  /** A reply of server-sent events: `services` now and after every change. */
  readonly open: (request: Request) => Response;
  /** Ends all streams, since nobody could wait for their end. */
  readonly close: () => void;
};

export function createServicesStream(discovery: Discovery, routes: RoutesMode): ServicesStream {
  const readers = new Set<Reader>();
  const encoder = new TextEncoder();
  const event = () =>
    encoder.encode(`event: services\ndata: ${JSON.stringify(servicesView(discovery, routes))}\n\n`);
  const sendAll = (chunk: Uint8Array) => {
    for (const reader of readers) {
      // Who does not read gets the next one; every event says everything.
      if ((reader.desiredSize ?? 0) > -MOST_WAITING) reader.enqueue(chunk);
    }
  };
  const unsubscribe = discovery.subscribe(() => {
    if (readers.size > 0) sendAll(event());
  });
  const heartbeat = setInterval(() => sendAll(encoder.encode(':\n\n')), HEARTBEAT_MS);
  heartbeat.unref();
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
          reader.enqueue(event());
        },
        cancel: leave,
      });
      signal.addEventListener('abort', leave, { once: true });
      return new Response(body, { headers: HEADERS });
    },
    close() {
      unsubscribe();
      clearInterval(heartbeat);
      for (const reader of readers) reader.close();
      readers.clear();
    },
  };
}

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

type Reader = ReadableStreamDefaultController<Uint8Array>;

/** Proxies between us and the browser tend to close what is quiet for a minute. */
const HEARTBEAT_MS = 15_000;
const MOST_WAITING = 16;
