import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Discovery, fixedDiscovery } from 'platform/discovery';
import { readEvents } from 'platform/event-stream';
import { until } from 'platform/testing';

import { RoutesView, ServicesView } from './contract.ts';
import { everythingTo, startGateway } from './test-rig.ts';

const SCRIPT = 'main-ABCDEFGH.js';
const code = 'console.log("hello");'.repeat(100);
let webDir: string;
let gateway: ReturnType<typeof startGateway>;

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'gateway-'));
  await Bun.write(join(webDir, 'index.html'), '<script>run()</script><p>The app</p>');
  await Bun.write(join(webDir, SCRIPT), code);
  await Bun.write(join(webDir, 'icons', 'a b.svg'), '<svg/>');
  await Bun.write(join(webDir, 'ready.css'), 'a{}'.repeat(1000));
  await Bun.write(join(webDir, 'ready.css.br'), 'compressed');
  const discovery = fixedDiscovery({
    'customer-service': ['http://127.0.0.1:1', 'http://127.0.0.1:2'],
    'gateway-service': ['http://127.0.0.1:3'],
    docs: ['http://127.0.0.1:4'],
  });
  gateway = startGateway({ mode: 'registry', discovery, webDir });
});
afterAll(async () => {
  await gateway.stop();
  await rm(webDir, { recursive: true });
});

const ask = (path: string, init: BunFetchRequestInit = {}) => fetch(`${gateway.url}${path}`, init);
async function script(encoding: string) {
  const init = { headers: { 'accept-encoding': encoding }, decompress: false };
  const reply = await fetch(`${gateway.url}/${SCRIPT}`, init);
  return { reply, bytes: await reply.bytes() };
}
const HTML = { accept: 'text/html,*/*;q=0.8' };

describe('the web app', () => {
  test('GET / answers the start page, to be asked for again each time', async () => {
    const reply = await ask('/');
    expect(await reply.text()).toContain('The app');
    expect(reply.headers.get('content-type')).toBe('text/html;charset=utf-8');
    expect(reply.headers.get('cache-control')).toBe('no-cache');
    const again = await ask('/', { headers: { 'if-none-match': reply.headers.get('etag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('GET / lets the scripts that stand in the page run, and no others', async () => {
    const policy = (await ask('/')).headers.get('content-security-policy');
    const hash = new Bun.CryptoHasher('sha256').update('run()').digest('base64');
    expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  });

  test('a file whose name holds a hash may be kept for ever', async () => {
    const reply = await ask(`/${SCRIPT}`);
    expect(await reply.text()).toBe(code);
    expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(reply.headers.get('content-type')).toStartWith('text/javascript');
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('text comes compressed to who takes that, with a tag of its own', async () => {
    const zipped = await script('gzip, br');
    const plain = await script('gzip;q=0, identity');
    expect(zipped.reply.headers.get('content-encoding')).toBe('gzip');
    expect(new TextDecoder().decode(Bun.gunzipSync(Buffer.from(zipped.bytes)))).toBe(code);
    expect(zipped.reply.headers.get('vary')).toBe('accept-encoding');
    expect(plain.reply.headers.get('content-encoding')).toBeNull();
    expect(plain.reply.headers.get('etag')).not.toBe(zipped.reply.headers.get('etag'));
  });

  test('a file that the build compressed is served as it is', async () => {
    const headers = { 'accept-encoding': 'br' };
    const reply = await ask('/ready.css', { headers, decompress: false });
    expect(reply.headers.get('content-encoding')).toBe('br');
    expect(await reply.text()).toBe('compressed');
  });

  test('a name is decoded, and HEAD tells the length', async () => {
    const reply = await ask('/icons/a%20b.svg', { method: 'HEAD' });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-length')).toBe('6');
  });

  test('a page of the app has the start page at its path, if HTML is wanted', async () => {
    expect(await (await ask('/invoices/1', { headers: HTML })).text()).toContain('The app');
    expect((await ask('/invoices/1')).status).toBe(404);
    expect((await ask('/invoices/1', { method: 'POST', headers: HTML })).status).toBe(404);
  });

  test('a new build is served without a restart, and whatever it writes after its start page', async () => {
    const index = join(webDir, 'index.html');
    // Still new when this has taken its time.
    const built = new Date(Date.now() + 60_000);
    await utimes(index, built, built);
    for (const name of ['new.txt', 'late.txt']) {
      await Bun.write(join(webDir, name), name);
      await until(async () => (await ask(`/${name}`)).status === 200);
    }
  });
});

describe('own paths', () => {
  test('what is unknown below them is a problem, even to a browser', async () => {
    for (const path of [
      '/api',
      '/api/nope',
      '/docs/nope',
      '/gateway/nope',
      '/health/x',
      '/metrics/x',
    ]) {
      const reply = await ask(path, { headers: HTML });
      expect([path, reply.status, reply.headers.get('content-type')]).toEqual([
        path,
        404,
        'application/problem+json',
      ]);
      expect(await reply.json()).toMatchObject({ type: '/problems/not-found', status: 404 });
    }
  });

  test('a method that is not offered is 405 with Allow', async () => {
    for (const path of [
      '/',
      `/${SCRIPT}`,
      '/gateway/services',
      '/gateway/routes',
      '/gateway/services/stream',
    ]) {
      const reply = await ask(path, { method: 'DELETE' });
      expect([path, reply.status, reply.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
      expect(await reply.json()).toMatchObject({ type: '/problems/method-not-allowed' });
    }
  });

  test('win over a catch-all route', async () => {
    const taken = startGateway({ routes: [everythingTo('http://127.0.0.1:1')], webDir });
    expect(await (await fetch(taken.url)).text()).toContain('The app');
    expect((await fetch(`${taken.url}/gateway/routes`)).status).toBe(200);
    expect((await fetch(`${taken.url}/elsewhere`)).status).toBe(503);
    await taken.stop();
  });
});

describe('GET /gateway/routes', () => {
  test('shows a route to each service, and why some have none', async () => {
    const view = RoutesView.parse(await (await ask('/gateway/routes')).json());
    expect(view.table).toEqual([
      {
        id: 'registry.customer-service',
        order: 0,
        paths: ['/customer-service/**', '/CUSTOMER-SERVICE/**'],
        upstream: 'lb://customer-service',
        source: 'registry',
      },
    ]);
    expect(view.notRouted).toEqual([
      { id: 'docs', reason: "the path /docs is the gateway's own" },
      { id: 'gateway-service', reason: 'the gateway does not route to itself' },
    ]);
  });
});

test('GET /gateway/registry leads to the page of the registry', async () => {
  const reply = await ask('/gateway/registry', { redirect: 'manual' });
  expect(reply.status).toBe(302);
  expect(reply.headers.get('location')).toBe('http://127.0.0.1:8761/');
});

describe('GET /gateway/services', () => {
  test('HEAD of its stream has the head of it and ends', async () => {
    const reply = await ask('/gateway/services/stream', { method: 'HEAD' });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
    expect(reply.headers.get('content-type')).toBe('text/event-stream');
  });

  test('lists every instance by name', async () => {
    const view = ServicesView.parse(await (await ask('/gateway/services')).json());
    expect(view.routes).toBe('registry');
    expect(view.services.map(({ name, instances }) => [name, instances.length])).toEqual([
      ['customer-service', 2],
      ['docs', 1],
      ['gateway-service', 1],
    ]);
  });

  test('its stream tells at once and after every change, and ends when the gateway stops', async () => {
    const table: Record<string, readonly string[]> = { a: ['http://127.0.0.1:1'] };
    const listeners = new Set<() => void>();
    const discovery: Discovery = {
      ...fixedDiscovery({}),
      services: () => Object.keys(table),
      instances: (service) => fixedDiscovery(table).instances(service),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const live = startGateway({ mode: 'registry', discovery });
    const reply = await fetch(`${live.url}/gateway/services/stream`);
    expect(reply.headers.get('content-type')).toBe('text/event-stream');
    const names: string[] = [];
    for await (const { event, data } of readEvents(reply.body ?? new ReadableStream())) {
      if (event !== 'services') continue;
      names.push(
        ServicesView.parse(JSON.parse(data))
          .services.map(({ name }) => name)
          .join(),
      );
      if (names.length === 1) {
        table['b'] = ['http://127.0.0.1:2'];
        for (const listener of listeners) listener();
      } else live.endStreams();
    }
    expect(names).toEqual(['a', 'a,b']);
    await live.stop();
  });
});
