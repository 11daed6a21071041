import { afterEach, expect, test } from 'bun:test';

import { startGateway } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

function instance() {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (_request, { port }): Response =>
      new Response(String(port), { headers: { 'set-cookie': 'own=1' } }),
  });
  cleanUp.push(() => server.stop(true));
  return server;
}

function start(addresses: string[]) {
  const upstream = {
    service: 'shop',
    addresses,
    stickyCookie: 'at',
    balance: 'roundRobin' as const,
  };
  const gateway = startGateway({ routes: [{ id: 'shop', match: { path: '/**' }, upstream }] });
  cleanUp.push(gateway.stop);
  return async (cookie?: string) => {
    const reply = await fetch(`${gateway.url}/x`, cookie ? { headers: { cookie } } : {});
    const set = reply.headers.getSetCookie();
    return { by: await reply.text(), set: set.find((line) => line.startsWith('at=')), all: set };
  };
}

test('a client stays with the instance that its cookie names, which tells nobody where it is', async () => {
  const instances = [instance(), instance(), instance()];
  const ask = start(instances.map(({ url }) => url.origin));
  const first = await ask();
  expect(first.set).toMatch(/^at=[\w-]{16}; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(first.all).toContain('own=1');
  const cookie = first.set?.split(';')[0];
  for (let n = 0; n < 9; n += 1) {
    const again = await ask(`x=y; ${cookie}`);
    expect(again.by).toBe(first.by);
    expect(again.set).toBeUndefined();
  }
  // Who has none is still sent to each in turn.
  const others = new Set([(await ask()).by, (await ask()).by, (await ask()).by]);
  expect(others.size).toBe(3);
});

test('when the instance is gone the client gets another one and a new cookie', async () => {
  const [a, b] = [instance(), instance()];
  const ask = start([a.url.origin, b.url.origin]);
  const first = await ask();
  const cookie = first.set?.split(';')[0];
  const [gone, left] = first.by === String(a.port) ? [a, b] : [b, a];
  await gone.stop(true);
  const moved = await ask(cookie);
  expect(moved.by).toBe(String(left.port));
  expect(moved.set).toBeDefined();
  expect(moved.set?.split(';')[0]).not.toBe(cookie);
});

test('a cookie that names nobody is replaced', async () => {
  const ask = start([instance().url.origin]);
  expect((await ask('at=nonsense')).set).toBeDefined();
});
