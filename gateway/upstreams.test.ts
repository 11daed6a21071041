import { afterEach, expect, test } from 'bun:test';

import { fixedDiscovery } from 'platform/discovery';
import { readEvents } from 'platform/event-stream';

import { UpstreamsView } from './contract.ts';
import { assertRoutable } from './route-source.ts';
import { RouteDefinition, type RouteInput } from './routes.ts';
import { exchange, freePort, OK, rawUpstream, request, startGateway } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

async function startUpstream(answer: Parameters<typeof rawUpstream>[0] = OK) {
  const upstream = await rawUpstream(answer);
  cleanUp.push(upstream.close);
  return upstream;
}

function start(options: Parameters<typeof startGateway>[0]) {
  const gateway = startGateway(options);
  cleanUp.push(gateway.stop);
  const ask = async (path: string) => {
    const reply = await fetch(`${gateway.url}${path}`);
    await reply.text();
    return reply.status;
  };
  const upstreams = async () =>
    UpstreamsView.parse(await (await fetch(`${gateway.url}/gateway/upstreams`)).json()).upstreams;
  return { ...gateway, ask, upstreams };
}

const narrow = (concurrent: number) => ({ service: 'shop', bulkhead: { concurrent } });

const route = (id: string, upstream: RouteInput['upstream']): RouteInput => ({
  id,
  match: { path: `/${id}/**` },
  upstream,
});

test('GET /gateway/upstreams tells who is set aside, since when, until when and why', async () => {
  const up = await startUpstream();
  const dead = `http://127.0.0.1:${await freePort()}`;
  const gateway = start({
    routes: [route('shop', { service: 'shop', addresses: [up.url, { url: dead, weight: 5 }] })],
  });
  // The one that is dead has nearly all the weight.
  while ((await gateway.upstreams())[0]?.instances.every(({ state }) => state === 'up'))
    expect(await gateway.ask('/shop/x')).toBe(200);
  const [shop] = await gateway.upstreams();
  expect(shop).toMatchObject({
    name: 'shop',
    routes: ['shop'],
    balance: 'leastPending',
    bulkhead: { running: 0, queued: 0, concurrent: 1024, waiting: 1024 },
  });
  const ejected = shop?.instances.find(({ url }) => url === dead);
  expect(ejected).toMatchObject({
    state: 'set-aside',
    pending: 0,
    share: 5,
    setAside: { times: 1, reason: 'ECONNREFUSED' },
  });
  const { since = '', until = '' } = ejected?.setAside ?? {};
  expect(Date.parse(until) - Date.parse(since)).toBe(500);
  expect(shop?.instances.find(({ url }) => url === up.url)).toMatchObject({
    state: 'up',
    share: 1,
  });
});

test('a client whose body breaks off says nothing against the instance that waits for it', async () => {
  const got: string[] = [];
  const waiting = [1, 2].map(() =>
    Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(request) {
        got.push(request.url);
        return new Response(await request.text());
      },
    }),
  );
  for (const server of waiting) cleanUp.push(() => server.stop(true));
  const addresses = waiting.map(({ url }) => url.origin);
  const gateway = start({ routes: [route('shop', { service: 'shop', addresses })] });
  const chunked = request('POST', '/shop/x', ['Transfer-Encoding: chunked'], '2\r\nab\r\n');
  for (let n = 0; n < 20; n += 1) await exchange(gateway.port, chunked, '-1\r\nc\r\n');
  expect(got.length).toBeGreaterThan(0);
  const [shop] = await gateway.upstreams();
  expect(shop?.instances.map(({ state }) => state)).toEqual(['up', 'up']);
});

test('routes to one service are one upstream, and so are routes to one address', async () => {
  const up = await startUpstream();
  const gateway = start({
    mode: 'registry',
    discovery: fixedDiscovery({ shop: [up.url] }),
    routes: [
      route('a', 'lb://shop'),
      route('b', { service: 'Shop' }),
      route('c', `${up.url}/`),
      route('d', up.url),
    ],
  });
  const views = (await gateway.upstreams()).map(({ name, routes }) => ({ name, routes }));
  expect(views).toEqual([
    { name: up.url, routes: ['c', 'd'] },
    { name: 'shop', routes: ['a', 'b', 'registry.shop'] },
  ]);
  expect(await gateway.ask('/b/x')).toBe(200);
});

test('the stream of the services tells of the upstreams, too', async () => {
  const up = await startUpstream();
  const gateway = start({ routes: [route('a', up.url)] });
  const reply = await fetch(`${gateway.url}/gateway/services/stream`);
  for await (const { event, data } of readEvents(reply.body ?? new ReadableStream())) {
    if (event !== 'upstreams') continue;
    expect(UpstreamsView.parse(JSON.parse(data))).toMatchObject({
      worker: 1,
      workers: 1,
      upstreams: [{ name: up.url, instances: [{ state: 'up' }] }],
    });
    break;
  }
});

test('routes that contradict each other on the bulkhead of a service are refused', () => {
  const [a, b, c] = [route('a', narrow(1)), route('b', narrow(2)), route('c', 'lb://shop')].map(
    (input) => RouteDefinition.parse(input),
  );
  expect(() => assertRoutable([a!, c!])).not.toThrow();
  expect(() => assertRoutable([a!, b!])).toThrow(
    "route 'b' upstream.bulkhead: route 'a' says another one for 'shop'",
  );
});

test('a new instance of a service with a slow start has a small share at first', async () => {
  const [first, second] = [await startUpstream(), await startUpstream()];
  let fixed = fixedDiscovery({ shop: [first.url] });
  const gateway = start({
    mode: 'registry',
    discovery: {
      ...fixed,
      services: () => fixed.services(),
      instances: (service) => fixed.instances(service),
    },
    routes: [route('a', { service: 'shop', slowStartMs: 3_600_000 })],
  });
  expect(await gateway.ask('/a/x')).toBe(200);
  fixed = fixedDiscovery({ shop: [first.url, second.url] });
  for (let n = 0; n < 200; n += 1) expect(await gateway.ask('/a/x')).toBe(200);
  const [shop] = await gateway.upstreams();
  const shares = new Map(shop?.instances.map(({ url, share }) => [url, share]));
  expect(shares.get(first.url)).toBe(1);
  expect(shares.get(second.url)).toBe(0.1);
  // One in eleven; that it be more than half of them happens once in 10^50 times.
  expect(second.requests.length).toBeLessThan(100);
});

test('weights decide who gets how much, also in turn', async () => {
  const [heavy, light] = [await startUpstream(), await startUpstream()];
  const addresses = [{ url: heavy.url, weight: 3 }, light.url];
  const gateway = start({
    routes: [route('a', { service: 'shop', addresses, balance: 'roundRobin' })],
  });
  for (let n = 0; n < 40; n += 1) expect(await gateway.ask('/a/x')).toBe(200);
  expect([heavy.requests.length, light.requests.length]).toEqual([30, 10]);
});
