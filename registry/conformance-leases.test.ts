import { describe, expect, test } from 'bun:test';

import { createMetrics } from 'platform/metrics';

import { createEventLog } from './event-log.ts';
import { createEvictor } from './eviction.ts';
import { createLeases } from './leases.ts';
import { type Mode, MODES } from './modes.ts';
import { createRateLimit } from './rate-limit.ts';
import { createReplies } from './replies.ts';
import { isHealthy } from './server-status.ts';
import { instance, testClock, testRegistry } from './testing.ts';

const ID = 'host1:ORDERS:8080';

function setUp(mode: Mode) {
  const { clock, pass } = testClock();
  const leases = createLeases({ mode, clock });
  const evictor = createEvictor({ leases });
  const register = (fields: Record<string, unknown> = {}) =>
    leases.register(instance({ app: 'ORDERS', lastDirtyTimestamp: clock(), ...fields }, clock()));
  const status = () => leases.find('ORDERS', ID)?.instance.status;
  return { leases, evictor, register, status, clock, pass };
}

describe.each([MODES.default, MODES.strict])('in the mode $name', (mode) => {
  test('case 17: an override survives a newer registration', () => {
    const { leases, register, status, pass } = setUp(mode);
    register();
    leases.override('ORDERS', ID, 'OUT_OF_SERVICE');
    pass(1);
    register({ status: 'UP' });
    expect(status()).toBe('OUT_OF_SERVICE');
  });

  test('case 18: after its removal a registration says the status itself', () => {
    const { leases, register, status, pass } = setUp(mode);
    register();
    leases.override('ORDERS', ID, 'OUT_OF_SERVICE');
    leases.removeOverride('ORDERS', ID, 'DOWN');
    pass(1);
    register({ status: 'UP' });
    expect(status()).toBe('UP');
  });

  test('case 19: a renewal applies an override to a copy that says UP', () => {
    const { leases, register, status } = setUp(mode);
    register();
    leases.adoptOverride('ORDERS', ID, 'OUT_OF_SERVICE');
    expect(status()).toBe('UP');
    leases.renew('ORDERS', ID);
    expect(status()).toBe('OUT_OF_SERVICE');
  });

  test('case 20: a reported STARTING beats an override', () => {
    const { leases, register, status, pass } = setUp(mode);
    register();
    leases.override('ORDERS', ID, 'OUT_OF_SERVICE');
    pass(1);
    register({ status: 'STARTING' });
    expect(status()).toBe('STARTING');
  });

  test('cases 21, 22: a live lease keeps UP or OUT_OF_SERVICE against a registration', () => {
    for (const [held, reported] of [
      ['UP', 'OUT_OF_SERVICE'],
      ['OUT_OF_SERVICE', 'UP'],
    ] as const) {
      const { register, status, pass } = setUp(mode);
      register({ status: held });
      for (const _ of [1, 2]) {
        pass(1);
        register({ status: reported });
        expect(status()).toBe(held);
      }
    }
  });

  test('case 23: a run of the evictor makes up for being late, and for nothing else', () => {
    const { evictor, pass } = setUp(mode);
    const onTime = mode.evictionEveryMs / 1000;
    expect(evictor.run().latenessMs).toBe(0);
    pass(onTime);
    expect(evictor.run().latenessMs).toBe(0);
    pass(onTime + 0.01);
    expect(evictor.run().latenessMs).toBe(10);
    pass(onTime - 0.01);
    expect(evictor.run().latenessMs).toBe(0);
  });

  test('case 24: the log of events keeps the newest and drops the oldest', () => {
    const { leases, register } = setUp(mode);
    const log = createEventLog(leases, { limit: 3 });
    for (const instanceId of ['1', '2', '3', '4', '5']) register({ instanceId });
    expect(log.newestFirst().map(({ id }) => id)).toEqual(['5', '4', '3']);
  });

  test('case 25: the hash code counts every status, by name', () => {
    const { leases, register } = setUp(mode);
    expect(leases.hashcode()).toBe('');
    register({ instanceId: '1' });
    expect(leases.hashcode()).toBe('UP_1_');
    register({ instanceId: '2' });
    expect(leases.hashcode()).toBe('UP_2_');
    register({ instanceId: '3', status: 'DOWN' });
    leases.override('ORDERS', '1', 'OUT_OF_SERVICE');
    expect(leases.hashcode()).toBe('DOWN_1_OUT_OF_SERVICE_1_UP_1_');
    leases.cancel('ORDERS', '3');
    expect(leases.hashcode()).toBe('OUT_OF_SERVICE_1_UP_1_');
  });

  test('case 28: a cancellation makes the next read anew', () => {
    const { leases, register, pass } = setUp(mode);
    const replies = createReplies(leases);
    const form = { flavour: 'json', gzip: false } as const;
    register();
    expect(replies.application('ORDERS', form)).toBeDefined();
    leases.cancel('ORDERS', ID);
    pass(mode.replyAgeMs / 1000);
    expect(replies.application('ORDERS', form)).toBeUndefined();
    expect(Buffer.from(replies.applications(form)!).toString()).not.toContain(ID);
  });

  test("case 31: a peer's older registration is passed over, its newer one wins", () => {
    const here = setUp(mode);
    const there = setUp(mode);
    const older = instance({ app: 'ORDERS', lastDirtyTimestamp: 1, hostName: 'older' });
    const newer = instance({ app: 'ORDERS', lastDirtyTimestamp: 2, hostName: 'newer' });
    here.leases.register(newer);
    there.leases.register(older);
    here.leases.register(older, { fromPeer: true });
    there.leases.register(newer, { fromPeer: true });
    for (const { leases } of [here, there]) {
      expect(leases.find('ORDERS', ID)?.instance.hostName).toBe('newer');
    }
  });

  test('case 40: fetches beyond the limit get 503, privileged clients never', async () => {
    const { clock, pass } = testClock();
    const registry = testRegistry({ mode, clock, fetchRates: { all: 10, full: 1 } });
    const fetchAll = async (headers = {}) =>
      (await registry.request('GET', '/eureka/apps', headers)).status;
    const statuses = await Promise.all(Array.from({ length: 12 }, () => fetchAll()));
    expect(statuses.filter((status) => status === 503)).toHaveLength(2);
    expect(await fetchAll({ 'discoveryidentity-name': 'DefaultClient' })).toBe(200);
    expect(await fetchAll()).toBe(503);
    pass(1);
    expect(await fetchAll()).toBe(200);
    expect(await fetchAll()).toBe(503);
  });

  test('case 40: without a limit what is over it is only counted', () => {
    const limit = createRateLimit({ clock: testClock().clock });
    const request = new Request('http://registry.test/eureka/apps');
    const refused = Array.from({ length: 12 }, () => limit.refuses(request, true));
    expect(refused).not.toContain(true);
    expect(limit.over()).toBe(2);
  });

  test('case 43: healthy is said only where a number of replicas is asked for', async () => {
    expect(isHealthy(2, 2)).toBe(true);
    expect(isHealthy(1, 2)).toBe(false);
    expect(isHealthy(0, -1)).toBeUndefined();
    const status = await testRegistry({ mode }).json('/eureka/status');
    expect(status).toMatchObject({ healthy: true, instanceInfo: { app: 'EUREKA' } });
  });

  test('case 49: every change is an event and moves the gauges', async () => {
    const metrics = createMetrics();
    const { clock, pass } = testClock();
    const { leases, register, request } = testRegistry({ mode, clock, metrics });
    const told: string[] = [];
    leases.subscribe(({ action }, happening) => told.push(`${action} ${happening}`));
    await register({ app: 'ORDERS' });
    await register({ app: 'BILLING' });
    await request('PUT', `/eureka/apps/ORDERS/${ID}`);
    await request('DELETE', `/eureka/apps/ORDERS/${ID}`);
    pass(1000);
    leases.evict('BILLING', 'host1:BILLING:8080', 'lease ran out');
    await register({ app: 'STOCK' });
    expect(told).toEqual([
      'ADDED registered',
      'ADDED registered',
      'DELETED deregistered',
      'DELETED lease ran out',
      'ADDED registered',
    ]);
    const text = await metrics.registry.metrics();
    expect(text).toContain('eureka_instances{service="stock",status="UP"} 1');
    expect(text).not.toContain('service="orders"');
    expect(text).toContain('eureka_changes_total{what="lease ran out"} 1');
    expect(text).toContain('eureka_requests_total{endpoint="renew"} 1');
    expect(text).toContain('eureka_requests_total{endpoint="register"} 3');
  });
});

describe('in the mode strict', () => {
  test('case 27: nothing is evicted before a full minute of renewals, then only the silent', () => {
    const { leases, evictor, register, pass } = setUp(MODES.strict);
    const ids = Array.from({ length: 50 }, (_, index) => `host${index}`);
    for (const instanceId of ids) {
      register({ instanceId, leaseInfo: { renewalIntervalInSecs: 30, durationInSecs: 30 } });
    }
    const renew = () => {
      for (const id of ids.slice(0, 45)) leases.renew('ORDERS', id);
    };
    pass(20);
    renew();
    pass(20);
    renew();
    pass(15);
    expect(evictor.run().evicted).toBe(0);
    pass(6);
    expect(leases.preservation()).toMatchObject({ receivedPerMinute: 90, active: false });
    expect(evictor.run().evicted).toBe(5);
    expect([...leases.all()].map(({ instance }) => instance.id)).toEqual(ids.slice(0, 45));
  });

  test('case 27: the recount of every 15 minutes takes over how many there are', () => {
    const { leases, register, pass } = setUp(MODES.strict);
    for (let index = 0; index < 151; index += 1) register({ instanceId: `host${index}` });
    expect(leases.preservation().thresholdPerMinute).toBe(Math.floor(152 * 2 * 0.85));
    pass(15 * 60 + 1);
    expect(leases.preservation().thresholdPerMinute).toBe(256);
  });

  test('case 50: a lease lasts once its length, and twice after a renewal', () => {
    const { leases, register, clock } = setUp(MODES.strict);
    register();
    expect(leases.find('ORDERS', ID)!.expiresMs - clock()).toBe(90_000);
    leases.renew('ORDERS', ID);
    expect(leases.find('ORDERS', ID)!.expiresMs - clock()).toBe(180_000);
  });

  test('case 51: a run evicts at most 15 in 100, chosen at random', () => {
    const evictedFirst = new Set<string>();
    for (const seed of [0, 0.5, 0.999]) {
      const { leases, register, pass } = setUp(MODES.strict);
      const evictor = createEvictor({ leases, random: () => seed });
      const ids = Array.from({ length: 20 }, (_, index) => `host${index}`);
      for (const instanceId of ids) register({ instanceId });
      // Enough renewals of others in the last minute for leases to end at all.
      for (const instanceId of ['busy']) register({ instanceId });
      pass(100);
      for (let count = 0; count < 60; count += 1) leases.renew('ORDERS', 'busy');
      pass(60);
      const before = new Set([...leases.all()].map(({ instance }) => instance.id));
      expect(evictor.run().evicted).toBe(21 - Math.floor(21 * 0.85));
      for (const { instance } of leases.all()) before.delete(instance.id);
      evictedFirst.add([...before].join());
    }
    expect(evictedFirst.size).toBe(3);
  });

  test('replies are as of the last full half minute', () => {
    const { leases, register, pass } = setUp(MODES.strict);
    const replies = createReplies(leases);
    const listed = () =>
      Buffer.from(replies.applications({ flavour: 'json', gzip: false })!).toString();
    expect(listed()).not.toContain(ID);
    register();
    pass(29);
    expect(listed()).not.toContain(ID);
    pass(1);
    expect(listed()).toContain(ID);
  });
});

describe('in the mode default', () => {
  test('a lease lasts what it says, renewed or not', () => {
    const { leases, evictor, register, pass } = setUp(MODES.default);
    register({ leaseInfo: { renewalIntervalInSecs: 2, durationInSecs: 6 } });
    pass(3);
    leases.renew('ORDERS', ID);
    evictor.run();
    for (let second = 0; second < 6; second += 1) {
      pass(1);
      expect(evictor.run().evicted).toBe(0);
    }
    pass(1);
    expect(evictor.run().evicted).toBe(1);
  });

  test('a late registration does not bring back who deregistered, a newer one does', () => {
    const { leases, register, clock, pass } = setUp(MODES.default);
    const dirty = clock();
    register();
    leases.cancel('ORDERS', ID);
    expect(leases.renew('ORDERS', ID)).toBe('unknown');
    pass(2.5);
    expect(register({ lastDirtyTimestamp: dirty })).toBe(false);
    expect(register({ lastDirtyTimestamp: dirty - 1 })).toBe(false);
    expect(leases.size()).toBe(0);
    expect(register({ lastDirtyTimestamp: dirty + 1 })).toBe(true);
    leases.cancel('ORDERS', ID);
    pass(10.001);
    expect(register({ lastDirtyTimestamp: dirty })).toBe(true);
  });

  test.each(['lease ran out', 'stopped answering', 'evicted by hand'] as const)(
    'who was evicted because %s may register again as it was',
    (reason) => {
      const { leases, register } = setUp(MODES.default);
      register();
      leases.evict('ORDERS', ID, reason);
      expect(leases.renew('ORDERS', ID)).toBe('unknown');
      expect(register()).toBe(true);
    },
  );

  test('a process that slept takes nobody for gone before they can renew', () => {
    const { leases, evictor, register, pass } = setUp(MODES.default);
    register();
    evictor.run();
    pass(3600);
    expect(evictor.run().evicted).toBe(0);
    pass(1);
    expect(evictor.run().evicted).toBe(0);
    leases.renew('ORDERS', ID);
    for (let second = 0; second < 91; second += 1) {
      pass(1);
      evictor.run();
    }
    expect(leases.size()).toBe(0);
  });
});
