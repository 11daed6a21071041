import { expect, test } from 'bun:test';

import { createDiscovery, fixedDiscovery } from './discovery.ts';
import { silentLog } from './log.ts';
import type { WatchedInstance } from './registry-watch.ts';
import { until } from './testing.ts';

test('fixedDiscovery knows the addresses it was given, whatever the case of the name', () => {
  const discovery = fixedDiscovery({ 'Customer-Service': ['http://[::1]:8081', 'http://b:80/'] });
  expect(discovery.instances('CUSTOMER-SERVICE').map(({ url }) => url)).toEqual([
    'http://[::1]:8081',
    'http://b',
  ]);
  expect(discovery.services()).toEqual(['customer-service']);
  expect(discovery.instances('nobody')).toEqual([]);
});

test('createDiscovery follows the push of our own registry', async () => {
  using registry = pushingRegistry();
  const discovery = follow(registry.url);
  await discovery.ready();
  expect(registry.watchers()).toEqual([null]);
  expect(discovery.instances('customer-service')).toEqual([]);

  await changed(discovery, () => registry.send('change', { action: 'ADDED', instance: one }));
  expect(discovery.instances('Customer-Service')).toEqual([
    { id: 'a', service: 'customer-service', url: 'http://127.0.0.1:1', metadata: {} },
  ]);
  await changed(discovery, () =>
    registry.send('change', { action: 'MODIFIED', instance: { ...one, status: 'DOWN' } }),
  );
  expect(discovery.instances('customer-service')).toEqual([]);
  discovery.close();
});

test('followAs() goes on where it was, in the name given, and says when a registry is found again', async () => {
  using registry = pushingRegistry([one]);
  const discovery = follow(registry.url);
  await discovery.ready();
  const found = Promise.withResolvers<void>();
  discovery.followAs('me:billing:1', found.resolve);
  await registry.nextWatcher();
  await until(() => registry.streamCount() === 1, { what: 'the end of the first stream' });
  expect(registry.watchers()).toEqual([null, 'me:billing:1']);
  expect(registry.resumedFrom()).toEqual([null, '0']);
  await changed(discovery, () => registry.send('change', { action: 'ADDED', instance: two }));
  registry.breakStreams();
  await found.promise;
  expect(registry.watchers()).toEqual([null, 'me:billing:1', 'me:billing:1']);
  discovery.close();
});

test('createDiscovery resumes after a break where it was, and keeps what it knew meanwhile', async () => {
  using registry = pushingRegistry([one]);
  const discovery = follow(registry.url);
  await discovery.ready();
  registry.breakStreams();
  expect(discovery.instances('customer-service')).toHaveLength(1);

  await changed(discovery, async () => {
    await registry.nextWatcher();
    registry.send('change', { action: 'ADDED', instance: two });
  });
  expect(registry.resumedFrom()).toEqual([null, '0']);
  expect(discovery.instances('customer-service').map(({ id }) => id)).toEqual(['a', 'b']);
  discovery.close();
});

test('createDiscovery keeps working with what it knew while the registry is away', async () => {
  const registry = pushingRegistry([one]);
  const discovery = follow(registry.url);
  await discovery.ready();
  const port = registry.port;
  registry[Symbol.dispose]();
  expect(discovery.instances('customer-service')).toHaveLength(1);

  // The registry comes back knowing nobody yet, then one after the other.
  using again = pushingRegistry([], port);
  await again.nextWatcher();
  expect(discovery.instances('customer-service').map(({ id }) => id)).toEqual(['a']);
  await changed(discovery, () => again.send('change', { action: 'ADDED', instance: two }));
  expect(discovery.instances('customer-service').map(({ id }) => id)).toEqual(['b']);
  discovery.close();
});

test('createDiscovery goes on to the next registry when one does not answer', async () => {
  using registry = pushingRegistry([one]);
  const discovery = createDiscovery({
    eurekaUrls: [`http://127.0.0.1:${closedPort()}/eureka`, registry.url],
    log: silentLog,
  });
  await discovery.ready();
  expect(discovery.instances('customer-service')).toHaveLength(1);
  discovery.close();
});

test('ready() of createDiscovery does not wait for ever for a registry that is away', async () => {
  const discovery = createDiscovery({
    eurekaUrls: [`http://127.0.0.1:${closedPort()}/eureka`],
    log: silentLog,
    readyWithinMs: 10,
  });
  await discovery.ready();
  expect(discovery.services()).toEqual([]);
  discovery.close();
});

test('createDiscovery follows a plain Eureka server by its deltas', async () => {
  using server = eurekaServer();
  const discovery = createDiscovery({
    eurekaUrls: [server.url],
    log: silentLog,
    pollEveryMs: 5,
  });
  await discovery.ready();
  expect(discovery.instances('orders')).toEqual([
    { id: 'h:orders:1', service: 'orders', url: 'http://h:1', metadata: { zone: 'z' }, zone: 'z' },
  ]);

  await changed(discovery, () =>
    server.answer(
      { apps__hashcode: 'UP_2_', application: { instance: eureka(2, 'ADDED') } },
      { apps__hashcode: 'UP_2_', application: [{ instance: [eureka(1), eureka(2)] }] },
    ),
  );
  expect(discovery.instances('orders').map(({ id }) => id)).toEqual(['h:orders:1', 'h:orders:2']);
  expect(server.fullReads()).toBe(1);
  discovery.close();
});

test('createDiscovery reads all again when the hash says that a change was missed', async () => {
  using server = eurekaServer();
  const discovery = createDiscovery({
    eurekaUrls: [server.url],
    log: silentLog,
    pollEveryMs: 5,
  });
  await discovery.ready();
  await changed(discovery, () =>
    server.answer(
      { apps__hashcode: 'UP_2_', application: [] },
      { apps__hashcode: 'UP_2_', application: { instance: [eureka(1), eureka(3)] } },
    ),
  );
  expect(discovery.instances('orders').map(({ id }) => id)).toEqual(['h:orders:1', 'h:orders:3']);
  discovery.close();
});

const one: WatchedInstance = {
  id: 'a',
  service: 'customer-service',
  url: 'http://127.0.0.1:1',
  status: 'UP',
  metadata: {},
};
const two: WatchedInstance = { ...one, id: 'b', url: 'http://127.0.0.1:2' };

const follow = (url: string) => createDiscovery({ eurekaUrls: [url], log: silentLog });

/** Resolves with the first change after `cause`. */
async function changed(
  discovery: ReturnType<typeof createDiscovery>,
  cause: () => void | Promise<void>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const unsubscribe = discovery.subscribe(resolve);
  await cause();
  await promise;
  unsubscribe();
}

function closedPort(): number {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  const port = server.port ?? 0;
  void server.stop(true);
  return port;
}

/** The wire of `registry-watch.ts`, played by hand, so that a test decides what happens when. */
function pushingRegistry(instances: WatchedInstance[] = [], port = 0) {
  const streams = new Set<ReadableStreamDefaultController<string>>();
  const watchers: (string | null)[] = [];
  const resumed: (string | null)[] = [];
  let next = Promise.withResolvers<void>();
  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    fetch(request) {
      const url = new URL(request.url);
      if (url.pathname !== '/watch') return new Response(null, { status: 404 });
      watchers.push(url.searchParams.get('instance'));
      resumed.push(request.headers.get('last-event-id'));
      const isResuming = request.headers.has('last-event-id') && port === 0;
      const body = new ReadableStream<string>({
        start(controller) {
          streams.add(controller);
          request.signal.addEventListener('abort', () => streams.delete(controller));
          controller.enqueue(': hello\n\n');
          if (!isResuming) controller.enqueue(eventText('snapshot', { instances }));
          next.resolve();
          next = Promise.withResolvers<void>();
        },
      });
      return new Response(body.pipeThrough(new TextEncoderStream()), {
        headers: { 'content-type': 'text/event-stream' },
      });
    },
  });
  const breakStreams = () => {
    for (const controller of streams) controller.close();
    streams.clear();
  };
  return {
    url: `http://127.0.0.1:${server.port}/eureka`,
    port: server.port ?? 0,
    watchers: () => watchers,
    streamCount: () => streams.size,
    resumedFrom: () => resumed,
    nextWatcher: () => next.promise,
    send(event: string, data: object) {
      for (const controller of streams) controller.enqueue(eventText(event, data));
    },
    breakStreams,
    [Symbol.dispose]() {
      breakStreams();
      void server.stop(true);
    },
  };
}

const eventText = (event: string, data: object): string =>
  `event: ${event}\nid: 0\ndata: ${JSON.stringify({ version: 0, ...data })}\n\n`;

/** A server without push that unwraps lists of one, as old ones do. */
function eurekaServer() {
  const first = { apps__hashcode: 'UP_1_', application: { instance: eureka(1) } };
  let [delta, full]: object[] = [{ ...first, application: [] }, first];
  let fullReads = 0;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === '/eureka/apps/delta') return Response.json({ applications: delta });
      if (pathname !== '/eureka/apps/') return new Response('<html>', { status: 404 });
      fullReads += 1;
      return Response.json({ applications: full });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/eureka`,
    fullReads: () => fullReads,
    answer(nextDelta: object, nextFull: object) {
      [delta, full] = [nextDelta, nextFull];
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

function eureka(port: number, actionType?: string) {
  return {
    instanceId: `h:orders:${port}`,
    hostName: 'h',
    app: 'ORDERS',
    status: 'UP',
    port: { $: String(port), '@enabled': 'true' },
    securePort: { $: 443, '@enabled': 'false' },
    metadata: { '@class': 'java.util.Collections$EmptyMap', zone: 'z' },
    ...(actionType ? { actionType } : {}),
  };
}
