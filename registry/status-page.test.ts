import { expect, test } from 'bun:test';

import { UserList } from './access.ts';
import { testClock, testRegistry } from './testing.ts';

const users = UserList.parse('writer:pw:write');
const headers = { authorization: `Basic ${btoa('writer:pw')}` };
const HOSTILE = '"><script>alert(1)</script>';

async function page(registry: ReturnType<typeof testRegistry>, path = '/'): Promise<string> {
  const reply = await registry.request('GET', path, headers);
  expect(reply.status).toBe(200);
  return await reply.text();
}

test('GET / shows services, instances and events without any script', async () => {
  const { clock, pass } = testClock();
  const registry = testRegistry({ clock });
  await registry.register({ app: 'ORDERS', metadata: { zone: 'paris', color: 'blue' } });
  await registry.register({ app: 'BILLING', status: 'STARTING' });
  registry.leases.cancel('BILLING', 'host1:BILLING:8080');
  pass(12);
  const html = await page(registry);
  for (const text of ['orders', '12 s', '78 s', 'paris', 'blue', 'deregistered']) {
    expect(html).toContain(text);
  }
  expect(html).not.toContain('<form action="/instances');
});

test('GET / escapes whatever clients sent and follows no dangerous address', async () => {
  const registry = testRegistry();
  await registry.register({
    app: 'ORDERS',
    instanceId: HOSTILE,
    hostName: HOSTILE,
    homePageUrl: 'javascript:alert(1)',
    statusPageUrl: `http://host/${HOSTILE}`,
    metadata: { [HOSTILE]: HOSTILE, zone: HOSTILE },
  });
  const html = await page(registry, `/?q=${encodeURIComponent(HOSTILE)}`);
  expect(html).not.toContain('<script>alert');
  expect(html).not.toContain('href="javascript:');
});

test('GET / allows exactly its own style and script', async () => {
  const reply = await testRegistry().request('GET', '/');
  const policy = reply.headers.get('content-security-policy')!;
  const html = await reply.text();
  for (const [kind, name] of [
    ['style-src', 'style'],
    ['script-src', 'script'],
  ] as const) {
    const content = new RegExp(`<${name}>([^]*?)</${name}>`).exec(html)![1]!;
    const hash = new Bun.CryptoHasher('sha256').update(content).digest('base64');
    expect(policy).toContain(`${kind} 'sha256-${hash}'`);
  }
});

test('GET /?q= finds by service, address, status and metadata', async () => {
  const registry = testRegistry();
  await registry.register({ app: 'ORDERS', metadata: { color: 'blue' } });
  await registry.register({ app: 'BILLING', status: 'DOWN', hostName: 'elsewhere' });
  const finds = async (search: string) => {
    const html = await page(registry, `/?q=${encodeURIComponent(search)}`);
    return [html.includes('Instances of orders'), html.includes('Instances of billing')];
  };
  expect(await finds('')).toEqual([true, true]);
  expect(await finds('ORDER')).toEqual([true, false]);
  expect(await finds('color=blue')).toEqual([true, false]);
  expect(await finds('down')).toEqual([false, true]);
  expect(await finds('elsewhere:8080')).toEqual([false, true]);
  expect(await finds('nothing like it')).toEqual([false, false]);
});

test('GET /?show= lists who came or who went', async () => {
  const registry = testRegistry();
  await registry.register({ app: 'ORDERS' });
  registry.leases.evict('ORDERS', 'host1:ORDERS:8080', 'stopped answering');
  expect(await page(registry, '/?show=came')).not.toContain('stopped answering');
  const went = await page(registry, '/?show=went');
  expect(went).toContain('stopped answering');
  expect(went).not.toContain('class="happening">registered');
});

test('POST /instances/{app}/{id}/{action} takes out of service, puts back and evicts', async () => {
  const registry = testRegistry({ users });
  const { leases, request } = registry;
  const path = '/instances/ORDERS/host1%3AORDERS%3A8080';
  const body = JSON.stringify({
    instance: { app: 'ORDERS', hostName: 'host1:ORDERS:8080', ipAddr: '1.2.3.4' },
  });
  await request(
    'POST',
    '/eureka/apps/ORDERS',
    { ...headers, 'content-type': 'application/json' },
    body,
  );
  const status = () => leases.find('ORDERS', 'host1:ORDERS:8080')?.instance.status;
  const act = async (action: string, more: Record<string, string> = {}) =>
    (await request('POST', `${path}/${action}`, { ...headers, ...more })).status;

  expect(await page(registry)).toContain('Take out of service');
  expect(await act('out-of-service')).toBe(303);
  expect(status()).toBe('OUT_OF_SERVICE');
  expect(await page(registry)).toContain('Put back');
  expect(await act('put-back')).toBe(303);
  expect(status()).toBe('UP');
  expect(await act('evict', { origin: 'http://evil.test', host: 'registry.test' })).toBe(403);
  expect(await act('dance')).toBe(404);
  expect((await request('POST', `${path}/evict`)).status).toBe(401);
  expect(status()).toBe('UP');
  expect(await act('evict', { origin: 'http://registry.test', host: 'registry.test' })).toBe(303);
  expect(status()).toBeUndefined();
  expect(await act('evict')).toBe(404);
});

test('POST /instances/{app}/{id}/{action} answers 403 where there is no password', async () => {
  const { request, register, leases } = testRegistry();
  await register({ app: 'ORDERS' });
  const reply = await request('POST', '/instances/ORDERS/host1:ORDERS:8080/evict');
  expect(reply.status).toBe(403);
  expect(leases.size()).toBe(1);
});

test('errors outside of /eureka are problems', async () => {
  const { request } = testRegistry();
  for (const [method, path, status] of [
    ['GET', '/nowhere', 404],
    ['POST', '/', 405],
    ['POST', '/watch', 405],
  ] as const) {
    const reply = await request(method, path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
  }
});
