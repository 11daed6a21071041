import { afterAll, beforeAll, expect, test } from 'bun:test';

import { createRateLimiter } from './rate-limit.ts';
import type { RouteInput } from './routes.ts';
import { everythingTo, freePort, rawUpstream, startGateway } from './test-rig.ts';
import { clientAddress, TrustedProxies } from './trusted-proxies.ts';

let upstream: Awaited<ReturnType<typeof rawUpstream>>;
let gateway: ReturnType<typeof startGateway>;

const at = (path: string, filters: RouteInput['filters'], method: 'GET' | 'PUT' = 'GET') => ({
  ...everythingTo(upstream.url, filters),
  id: `${method}${path.replaceAll('/', '-')}`,
  match: { path, method },
});
const ask = (path: string, init: BunFetchRequestInit = {}) => fetch(`${gateway.url}${path}`, init);

const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
const withKey = (key: string) => ask('/by-key', { headers: { 'x-key': key } });

beforeAll(async () => {
  upstream = await rawUpstream(
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccess-Control-Allow-Origin: *\r\n' +
      'X-Frame-Options: SAMEORIGIN\r\nContent-Length: 2\r\n\r\nok',
  );
  const cors = { origins: ['https://shop.example'], methods: ['PUT' as const], credentials: true };
  gateway = startGateway({
    trusted: '127.0.0.1',
    routes: [
      at('/limited', { rateLimit: { perSecond: 0.1, burst: 2 } }),
      at('/by-key', { rateLimit: { perSecond: 0.1, burst: 1, header: 'x-key' } }),
      at('/cors', { cors }, 'PUT'),
      at('/old', { redirect: { status: 308, location: '/new' } }),
      at('/safe', { secureHeaders: true }),
      {
        ...at('/gone', { cors, secureHeaders: true, rateLimit: { perSecond: 1, burst: 10 } }),
        upstream: `http://127.0.0.1:${await freePort()}`,
      },
    ],
  });
});
afterAll(async () => {
  await gateway.stop();
  upstream.close();
});

test('too many requests of one client get 429 and are told when to come back', async () => {
  const first = await ask('/limited', from('1.1.1.1'));
  expect(first.status).toBe(200);
  expect(first.headers.get('ratelimit-policy')).toBe('"route";q=2;w=20');
  expect(first.headers.get('ratelimit')).toBe('"route";r=1;t=10');
  expect((await ask('/limited', from('1.1.1.1'))).status).toBe(200);
  const refused = await ask('/limited', from('1.1.1.1'));
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(refused.headers.get('ratelimit')).toBe('"route";r=0;t=10');
  expect(await refused.json()).toMatchObject({ type: '/problems/too-many-requests' });
  expect((await ask('/limited', from('2.2.2.2'))).status).toBe(200);
});

test('a limit by header counts by its value', async () => {
  expect((await withKey('a')).status).toBe(200);
  expect((await withKey('b')).status).toBe(200);
  expect((await withKey('a')).status).toBe(429);
});

test('an address cannot be used up by who sends it as a key', async () => {
  expect((await ask('/by-key', from('9.9.9.9'))).status).toBe(200);
  expect((await withKey('8.8.8.8')).status).toBe(200);
  expect((await ask('/by-key', from('8.8.8.8'))).status).toBe(200);
});

test('whoever has many addresses of one IPv6 network counts once', async () => {
  expect((await ask('/by-key', from('2001:db8:1:2::1'))).status).toBe(200);
  expect((await ask('/by-key', from('2001:db8:1:2:3:4:5:6'))).status).toBe(429);
  expect((await ask('/by-key', from('2001:db8:1:3::1'))).status).toBe(200);
  expect((await ask('/by-key', from('2001:db8::1'))).status).toBe(200);
});

test('a problem, too, says what the route adds to every reply', async () => {
  const origin = 'https://shop.example';
  const reply = await ask('/gone', { headers: { origin } });
  expect(reply.status).toBe(503);
  expect(reply.headers.get('access-control-allow-origin')).toBe(origin);
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  expect(reply.headers.get('ratelimit')).toBe('"route";r=9;t=1');
});

test('a million keys take no more memory than ten thousand', () => {
  const limiter = createRateLimiter({ perSecond: 1, burst: 2 });
  const fill = (from: number, to: number) => {
    for (let n = from; n < to; n += 1) limiter.take(`${n}-${'x'.repeat(100)}`);
    Bun.gc(true);
    return process.memoryUsage().heapUsed;
  };
  const before = fill(0, 20_000);
  expect(fill(20_000, 1_020_000) - before).toBeLessThan(4 * 1_048_576);
});

test('a bucket refills with time and holds no more than its burst', () => {
  let nowMs = 0;
  const limiter = createRateLimiter({ perSecond: 2, burst: 3 }, { now: () => nowMs });
  const taken = () => Array.from({ length: 5 }, () => limiter.take('k').isAllowed);
  expect(taken()).toEqual([true, true, true, false, false]);
  nowMs = 500;
  expect(taken()).toEqual([true, false, false, false, false]);
  nowMs = 60_000;
  expect(taken()).toEqual([true, true, true, false, false]);
});

test('of the keys that are kept those go first that were not used for longest', () => {
  const limiter = createRateLimiter({ perSecond: 0.001, burst: 1 }, { mostKeys: 4, now: () => 0 });
  const isAllowed = (key: string) => limiter.take(key).isAllowed;
  const newOnes = ['a', 'b', 'c', 'd', 'e'].filter((key) => isAllowed(key) && !isAllowed('a'));
  expect(newOnes).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(isAllowed('a')).toBe(false);
  expect(isAllowed('b')).toBe(true);
});

test('the client is the last address that no trusted proxy vouches for', () => {
  const isTrusted = TrustedProxies.parse('10.0.0.0/8');
  expect(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', isTrusted)).toBe('1.2.3.4');
  expect(clientAddress('1.2.3.4', '6.6.6.6', isTrusted)).toBe('1.2.3.4');
  expect(clientAddress('10.0.0.1', 'nonsense', isTrusted)).toBe('10.0.0.1');
  expect(clientAddress('10.0.0.1', null, isTrusted)).toBe('10.0.0.1');
});

test('a list of proxies that is none is refused', () => {
  for (const list of ['10.0.0.0/33', 'nonsense', '::1/129', '10.0.0.1/x'])
    expect([list, TrustedProxies.safeParse(list).success]).toEqual([list, false]);
});

test('a preflight is answered by the gateway, by the route of the request it asks about', async () => {
  const headers = {
    origin: 'https://shop.example',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'content-type',
  };
  const before = upstream.requests.length;
  const reply = await ask('/cors', { method: 'OPTIONS', headers });
  expect(reply.status).toBe(204);
  expect(reply.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  expect(reply.headers.get('access-control-allow-methods')).toBe('PUT');
  expect(reply.headers.get('access-control-allow-headers')).toBe('content-type');
  expect(reply.headers.get('access-control-allow-credentials')).toBe('true');
  expect(upstream.requests).toHaveLength(before);
});

test('of two words on cross-origin access only that of the gateway reaches the browser', async () => {
  const known = { origin: 'https://shop.example' };
  const allowed = await ask('/cors', { method: 'PUT', headers: known });
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  expect(allowed.headers.get('vary')).toBe('Origin');
  const other = await ask('/cors', { method: 'PUT', headers: { origin: 'https://evil.example' } });
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

test('a redirect is answered without the upstream', async () => {
  const reply = await ask('/old', { redirect: 'manual' });
  expect([reply.status, reply.headers.get('location')]).toEqual([308, '/new']);
});

test('secure headers are added where the service has none of its own', async () => {
  const { headers } = await ask('/safe');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
});
