import { afterEach, expect, test } from 'bun:test';

import { until } from 'platform/testing';

import { UpstreamsView } from './contract.ts';
import type { RouteInput } from './routes.ts';
import { freePort, startGateway } from './test-rig.ts';

type Breaker = NonNullable<RouteInput['filters']>['circuitBreaker'];

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

function service() {
  const state = { status: 200, requests: 0 };
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch() {
      state.requests += 1;
      return new Response('own answer', { status: state.status });
    },
  });
  cleanUp.push(() => server.stop(true));
  return { state, url: server.url.origin };
}

function start(url: string, circuitBreaker: Breaker, others: RouteInput[] = []) {
  const shop: RouteInput = {
    id: 'shop',
    match: { path: '/shop/**' },
    upstream: url,
    filters: { circuitBreaker },
  };
  const gateway = startGateway({ routes: [shop, ...others] });
  cleanUp.push(gateway.stop);
  const ask = async (init: RequestInit = {}) => {
    const reply = await fetch(`${gateway.url}/shop/x`, init);
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  };
  const circuit = async () => {
    const reply = await fetch(`${gateway.url}/gateway/upstreams`);
    return UpstreamsView.parse(await reply.json()).upstreams.find(({ name }) => name === url)
      ?.circuits[0];
  };
  return { ask, circuit };
}

test('after too many failures a service is not asked, then by one request, then by all', async () => {
  const { state, url } = service();
  const { ask, circuit } = start(url, { requests: 4, minimum: 4, openForMs: 4000 });
  state.status = 503;
  for (let n = 0; n < 4; n += 1) expect((await ask()).text).toBe('own answer');
  expect(await circuit()).toEqual({ route: 'shop', state: 'open' });
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(JSON.parse(refused.text)).toMatchObject({ type: '/problems/circuit-open' });
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 5);
  expect(state.requests).toBe(4);
  state.status = 200;
  await until(async () => (await ask()).status === 200);
  expect(await circuit()).toEqual({ route: 'shop', state: 'closed' });
});

test('statuses that are no failures keep it closed', async () => {
  const { state, url } = service();
  const { ask, circuit } = start(url, { requests: 4, minimum: 4 });
  state.status = 404;
  for (let n = 0; n < 10; n += 1) expect((await ask()).status).toBe(404);
  expect(await circuit()).toMatchObject({ state: 'closed' });
});

test('a fallback is given for each failure, before the circuit opens and after', async () => {
  const { state, url } = service();
  const fallback = { status: 203, body: '[]', contentType: 'application/json' };
  const { ask, circuit } = start(url, { requests: 2, minimum: 2, openForMs: 30_000, fallback });
  state.status = 500;
  for (let n = 0; n < 5; n += 1) {
    const { status, text, headers } = await ask();
    expect([status, text]).toEqual([203, '[]']);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-request-id')).toBeTruthy();
  }
  expect(await circuit()).toMatchObject({ state: 'open' });
  expect(state.requests).toBe(2);
});

test('a fallback to a path goes by the route that is there, and not in a circle', async () => {
  const other = service();
  const dead = `http://127.0.0.1:${await freePort()}`;
  const kept: RouteInput = {
    id: 'kept',
    match: { path: '/kept/**' },
    upstream: other.url,
    filters: { responseHeaders: { set: { 'x-kept': 'yes' } } },
  };
  const { ask } = start(dead, { fallback: { path: '/kept/shop' } }, [kept]);
  const reply = await ask();
  expect([reply.status, reply.text]).toEqual([200, 'own answer']);
  expect(reply.headers.get('x-kept')).toBe('yes');
  // What went to the service that failed cannot be told again.
  expect((await ask({ method: 'POST', body: 'x' })).status).toBe(503);
  const circle = start(dead, { fallback: { path: '/shop/y' } });
  expect((await circle.ask()).status).toBe(503);
});
