import { expect, test } from 'bun:test';
import { join } from 'node:path';

import { silentLog } from 'platform/log';
import { until } from 'platform/testing';
import { testFolder } from 'platform/testing-folder';

import { createLeases } from './leases.ts';
import { createSnapshotWriter, readSnapshot } from './snapshot.ts';
import { testClock, testRegistry } from './testing.ts';

const file = () => join(testFolder(), 'deeper', 'registry.json.gz');

test('a restart brings back who was there, marked until heard of, with greater versions', async () => {
  const path = file();
  const before = testRegistry();
  await before.register({ app: 'ORDERS', lastDirtyTimestamp: 5, metadata: { a: 'b' } });
  before.leases.override('ORDERS', 'host1:ORDERS:8080', 'OUT_OF_SERVICE');
  await createSnapshotWriter(path, before.leases).write();

  const past = await readSnapshot(path, silentLog);
  expect(past.version).toBe(before.leases.version());
  const leases = createLeases({ startVersion: past.version + 1 });
  for (const each of past.instances) leases.restore(each);
  const lease = leases.find('ORDERS', 'host1:ORDERS:8080')!;
  expect(lease.restored).toBe(true);
  expect(lease.instance).toMatchObject({
    status: 'OUT_OF_SERVICE',
    overriddenStatus: 'OUT_OF_SERVICE',
    lastDirtyMs: 5,
    metadata: { a: 'b' },
  });
  expect(leases.changesSince(past.version)).toBeUndefined();
  expect(leases.renew('ORDERS', 'host1:ORDERS:8080', { lastDirtyMs: 5 })).toBe('renewed');
  expect(lease.restored).toBe(false);
});

test('a snapshot that is missing or broken is no past', async () => {
  const path = file();
  expect(await readSnapshot(path, silentLog)).toEqual({ instances: [], version: 0 });
  await Bun.write(path, '{"applications":');
  expect(await readSnapshot(path, silentLog)).toEqual({ instances: [], version: 0 });
  expect(await readSnapshot(undefined, silentLog)).toEqual({ instances: [], version: 0 });
});

test('who is restored is listed at once, and asked when it is not heard of in time', async () => {
  const { clock, pass } = testClock();
  const service = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const freed = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  await freed.stop(true);
  const before = testRegistry({ clock });
  for (const [instanceId, server] of Object.entries({
    there: service,
    gone: freed,
    renews: freed,
  })) {
    const port = { $: server.port ?? 0, '@enabled': 'true' };
    await before.register({
      app: 'A',
      instanceId,
      hostName: '127.0.0.1',
      port,
      healthCheckUrl: '',
    });
  }
  const { leases, restored } = testRegistry({ clock });
  restored.bringBack([...before.leases.all()].map(({ instance }) => instance));
  pass(30);
  leases.renew('A', 'renews');
  restored.ask();
  expect(leases.size()).toBe(3);
  pass(1);
  restored.ask();
  await until(() => leases.size() === 2, { what: 'the eviction' });
  expect(leases.find('A', 'there')?.restored).toBe(true);
  expect(leases.find('A', 'renews')?.restored).toBe(false);
  await service.stop(true);
});
