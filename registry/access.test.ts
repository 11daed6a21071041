import { expect, test } from 'bun:test';

import { createAccess, UserList } from './access.ts';
import { instanceFields, servedRegistry, testRegistry } from './testing.ts';

const users = UserList.parse('reader:secret:read, writer:a:b:write');
const basic = (credentials: string) => ({ authorization: `Basic ${btoa(credentials)}` });
const from = (address: string) => ({ requestIP: () => ({ address }) });
const body = (size: number) =>
  JSON.stringify({ instance: { app: 'A', hostName: 'h', ipAddr: 'x'.repeat(size) } });
const ORDERS = '/eureka/apps/ORDERS/host1:ORDERS:8080';

test('REGISTRY_USERS names users with their roles, and refuses what is none', () => {
  expect(users).toEqual([
    { name: 'reader', password: 'secret', role: 'read' },
    { name: 'writer', password: 'a:b', role: 'write' },
  ]);
  for (const bad of ['reader', 'reader:secret', 'reader:secret:admin', ':x:read']) {
    expect(UserList.safeParse(bad).success).toBe(false);
  }
});

test('with users nothing but the health is open without a password', async () => {
  const { request } = testRegistry({ users });
  for (const path of ['/eureka/apps', '/', '/watch', '/metrics']) {
    for (const headers of [{}, basic('reader:wrong'), basic('nobody:secret')]) {
      const reply = await request('GET', path, headers);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toStartWith('Basic ');
    }
  }
  expect(await (await request('GET', '/eureka/apps')).text()).toBe('');
  expect((await request('PUT', ORDERS)).status).toBe(401);
});

test('a reader reads, a writer writes', async () => {
  const { request } = testRegistry({ users });
  const body = JSON.stringify({ instance: { app: 'A', hostName: 'h', ipAddr: '1.2.3.4' } });
  const post = async (credentials: string) => {
    const headers = { 'content-type': 'application/json', ...basic(credentials) };
    const reply = await request('POST', '/eureka/apps/A', headers, body);
    return [reply.status, await reply.text()];
  };
  expect(await post('reader:secret')).toEqual([403, '']);
  expect(await post('writer:a:b')).toEqual([204, '']);
  expect((await request('GET', '/eureka/apps', basic('reader:secret'))).status).toBe(200);
  expect((await request('PUT', '/eureka/apps/A/h', basic('reader:secret'))).status).toBe(403);
  expect((await request('PUT', '/eureka/apps/A/h', basic('writer:a:b'))).status).toBe(200);
});

test('without users only this machine is let in', async () => {
  const access = createAccess({ host: '0.0.0.0' });
  const request = new Request('http://registry.test/');
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    expect(access(request, from(address))).toBeUndefined();
  }
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1']) {
    expect(access(request, from(address))?.status).toBe(403);
  }
  const registry = servedRegistry({ host: '0.0.0.0' });
  expect((await fetch(`${registry.url}/eureka/apps`)).status).toBe(200);
  await registry.stop();
});

test('another site cannot have a browser on this machine register anything', async () => {
  const { request, leases } = testRegistry();
  const from = async (origin: string) => {
    const headers = { origin, host: 'localhost:8761' };
    return (await request('POST', '/eureka/apps/A', headers, body(10))).status;
  };
  for (const origin of ['https://evil.test', 'http://localhost:3000', 'null'])
    expect([origin, await from(origin), leases.size()]).toEqual([origin, 403, 0]);
  expect([await from('http://localhost:8761'), leases.size()]).toEqual([204, 1]);
});

test('what clients send is bounded', async () => {
  const { request, register, leases } = testRegistry({ maxBodyBytes: 50_000, maxInstances: 2 });
  const type = { 'content-type': 'application/json' };
  expect((await request('POST', '/eureka/apps/A', type, body(60_000))).status).toBe(413);
  expect((await request('POST', '/eureka/apps/A', type, body(40_000))).status).toBe(400);
  const bomb = Bun.gzipSync(body(10_000_000));
  const packed = { ...type, 'content-encoding': 'gzip' };
  expect((await request('POST', '/eureka/apps/A', packed, bomb)).status).toBe(413);
  const small = Bun.gzipSync(body(1000));
  expect((await request('POST', '/eureka/apps/A', packed, small)).status).toBe(204);
  expect((await register({ app: 'B' })).status).toBe(204);
  expect((await register({ app: 'C' })).status).toBe(503);
  expect((await register({ app: 'B' })).status).toBe(204);
  const items = ['D', 'B'].map((app) => ({
    appName: app,
    id: `host1:${app}:8080`,
    action: 'Register',
    instanceInfo: instanceFields({ app, hostName: app === 'B' ? 'h'.repeat(40_000) : 'h' }),
  }));
  const batch = JSON.stringify({ replicationList: items });
  expect((await request('POST', '/eureka/peerreplication/batch', type, batch)).status).toBe(200);
  expect([...leases.all()].map(({ instance }) => instance.hostName)).toEqual(['h', 'host1']);
  const long = `/eureka/apps/B/host1:B:8080/metadata?k=${'v'.repeat(40_000)}`;
  expect((await request('PUT', long)).status).toBe(400);
});
