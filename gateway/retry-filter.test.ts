import { afterEach, expect, test } from 'bun:test';

import type { RouteInput } from './routes.ts';
import { freePort, startGateway } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

/** An instance that answers with a status, and counts. */
function instance(status: number) {
  const bodies: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      bodies.push(await request.text());
      return new Response(String(status), { status });
    },
  });
  cleanUp.push(() => server.stop(true));
  return { url: server.url.origin, bodies };
}

function start(addresses: string[], retry: NonNullable<RouteInput['filters']>['retry'] = {}) {
  const gateway = startGateway({
    routes: [
      {
        id: 'shop',
        match: { path: '/**' },
        upstream: { service: 'shop', addresses, balance: 'roundRobin' },
        filters: { retry },
      },
    ],
  });
  cleanUp.push(gateway.stop);
  return `${gateway.url}/x`;
}

test('a read that gets one of the statuses is asked again elsewhere, never at the same one', async () => {
  const [bad, worse, good] = [instance(503), instance(502), instance(200)];
  const url = start([bad.url, worse.url, good.url]);
  for (let n = 0; n < 6; n += 1) expect((await fetch(url)).status).toBe(200);
  for (const { bodies } of [bad, worse]) expect(bodies.length).toBeLessThanOrEqual(6);
});

test('when all give up the last answer is given, after as many attempts as there are instances', async () => {
  const [a, b] = [instance(503), instance(503)];
  const reply = await fetch(start([a.url, b.url], { attempts: 5 }));
  expect([reply.status, await reply.text()]).toEqual([503, '503']);
  expect([a.bodies.length, b.bodies.length]).toEqual([1, 1]);
});

test('no more attempts than the filter says are made', async () => {
  const all = [instance(503), instance(503), instance(503)];
  await fetch(
    start(
      all.map(({ url }) => url),
      { attempts: 2 },
    ),
  );
  expect(all.flatMap(({ bodies }) => bodies)).toHaveLength(2);
});

test('a write is asked once, unless its method is named; its body goes with it then', async () => {
  const [bad, good] = [instance(503), instance(200)];
  const once = start([bad.url, good.url]);
  const init = { method: 'PUT', body: 'all of it' };
  const statuses = [(await fetch(once, init)).status, (await fetch(once, init)).status];
  expect(new Set(statuses)).toEqual(new Set([200, 503]));
  const again = start([bad.url, good.url], { methods: ['PUT'] });
  for (let n = 0; n < 2; n += 1) expect((await fetch(again, init)).status).toBe(200);
  expect(new Set([...bad.bodies, ...good.bodies])).toEqual(new Set(['all of it']));
});

test('a body too large to be kept is sent but once, whole', async () => {
  const [bad, worse] = [instance(503), instance(503)];
  const body = 'x'.repeat(100_000);
  const reply = await fetch(start([bad.url, worse.url], { methods: ['POST'] }), {
    method: 'POST',
    body,
  });
  expect(reply.status).toBe(503);
  expect([...bad.bodies, ...worse.bodies].map(({ length }) => length)).toEqual([100_000]);
});

test('a status that is not named is given as it is', async () => {
  const [bad, good] = [instance(500), instance(500)];
  expect((await fetch(start([bad.url, good.url]))).status).toBe(500);
  expect(bad.bodies.length + good.bodies.length).toBe(1);
});

test('retries stay within the budget of all rescues', async () => {
  const [a, b] = [instance(503), instance(503)];
  const url = start([a.url, b.url]);
  const count = 200;
  await Promise.all(Array.from({ length: count }, () => fetch(url)));
  const retries = a.bodies.length + b.bodies.length - count;
  expect(retries).toBeGreaterThan(0);
  // A fifth, and what is in reserve for quiet times: ten a second, for as long as this takes.
  expect(retries).toBeLessThan(count * 0.75);
});

test('who refuses is passed over without an attempt being spent', async () => {
  const dead = `http://127.0.0.1:${await freePort()}`;
  const good = instance(200);
  expect((await fetch(start([dead, good.url], { attempts: 2 }))).status).toBe(200);
});

test('for want of room nobody is asked again, and no budget is spent', async () => {
  const [bad, good] = [instance(503), instance(200)];
  const asked = Promise.withResolvers<void>();
  const stuck = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch() {
      asked.resolve();
      return await new Promise<Response>(() => undefined);
    },
  });
  const addresses = [stuck.url.origin, 'http://127.0.0.1:1'];
  const full = { service: 'full', addresses, bulkhead: { concurrent: 1, waiting: 0 } };
  const half = { service: 'half', addresses: [bad.url, good.url], balance: 'roundRobin' as const };
  const gateway = startGateway({
    routes: [
      {
        id: 'full',
        match: { path: '/full' },
        upstream: full,
        filters: { retry: { attempts: 10 } },
      },
      { id: 'half', match: { path: '/half' }, upstream: half, filters: { retry: {} } },
    ],
  });
  cleanUp.push(gateway.stop, () => stuck.stop(true));
  const leaving = new AbortController();
  void fetch(`${gateway.url}/full`, { signal: leaving.signal }).catch(() => undefined);
  await asked.promise;
  const statuses = await Promise.all([1, 2].map(() => fetch(`${gateway.url}/full`)));
  expect(statuses.map(({ status }) => status)).toEqual([503, 503]);
  for (let n = 0; n < 10; n += 1) expect((await fetch(`${gateway.url}/half`)).status).toBe(200);
  leaving.abort();
});
