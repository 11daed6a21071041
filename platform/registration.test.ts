import { expect, test } from 'bun:test';

import { z } from 'zod';

import { silentLog } from './log.ts';
import { createRegistration } from './registration.ts';
import { until } from './testing.ts';

test('createRegistration() registers, renews with the same time stamp and deregisters', async () => {
  using registry = fakeRegistry();
  const registration = register(registry.url);
  expect(registration.instanceId).toBe('127.0.0.1:customer-service:8081');
  registration.start();
  await registry.received(3);
  await registration.stop();

  const [post, first, second, ...rest] = registry.requests;
  expect(post).toMatchObject({ method: 'POST', path: '/eureka/apps/CUSTOMER-SERVICE' });
  const { instance } = post!.body!;
  expect(instance).toMatchObject({
    instanceId: '127.0.0.1:customer-service:8081',
    app: 'CUSTOMER-SERVICE',
    hostName: '127.0.0.1',
    port: { $: 8081, '@enabled': 'true' },
    overriddenstatus: 'UNKNOWN',
    leaseInfo: { renewalIntervalInSecs: 0.005, durationInSecs: 30 },
  });
  const renewal = `/eureka/apps/CUSTOMER-SERVICE/127.0.0.1%3Acustomer-service%3A8081?status=UP&lastDirtyTimestamp=${String(instance['lastDirtyTimestamp'])}`;
  expect(first).toMatchObject({ method: 'PUT', path: renewal });
  expect(second).toMatchObject({ method: 'PUT', path: renewal });
  expect(rest.at(-1)).toMatchObject({
    method: 'DELETE',
    path: '/eureka/apps/CUSTOMER-SERVICE/127.0.0.1%3Acustomer-service%3A8081',
  });
});

test('createRegistration() registers again with a newer time stamp when the registry forgot it', async () => {
  using registry = fakeRegistry({ PUT: [404] });
  const registration = register(registry.url);
  registration.start();
  await registry.received(3);
  await registration.stop();
  const [first, second] = registry.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => Number(body!.instance['lastDirtyTimestamp']));
  expect(second!).toBeGreaterThan(first!);
});

test('createRegistration() keeps trying while the registry refuses, at each registry in turn', async () => {
  using away = fakeRegistry({ POST: [500, 500, 500] });
  using other = fakeRegistry({ POST: [503] });
  const registration = register(`${away.url},${other.url}`);
  registration.start();
  await other.received(2);
  await registration.stop();
  expect(away.requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
  expect(other.requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'DELETE']);
});

test('renewNow() does not wait for the time to come', async () => {
  using registry = fakeRegistry();
  const registration = register(registry.url, 3600);
  registration.start();
  await registry.received(1);
  await until(() => {
    registration.renewNow();
    return registry.requests.length > 1;
  });
  await registration.stop();
  expect(registry.requests.map(({ method }) => method).slice(0, 2)).toEqual(['POST', 'PUT']);
});

test('stop() waits for a registration under way, so that it cannot outlive the deregistration', async () => {
  const gate = Promise.withResolvers<void>();
  using registry = fakeRegistry({}, gate.promise);
  const registration = register(registry.url);
  registration.start();
  await registry.received(1);
  const stopped = registration.stop();
  gate.resolve();
  await stopped;
  expect(registry.requests.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
});

test('stop() of what was never registered asks nobody', async () => {
  using registry = fakeRegistry();
  await register(registry.url).stop();
  expect(registry.requests).toEqual([]);
});

test('credentials in the address become basic authentication', async () => {
  using registry = fakeRegistry();
  const registration = register(registry.url.replace('//', '//ann:s%40fe@'));
  registration.start();
  await registry.received(1);
  await registration.stop();
  expect(registry.requests[0]!.authorization).toBe(`Basic ${btoa('ann:s@fe')}`);
});

test('an IPv6 host stands in brackets wherever it is part of an address', async () => {
  using registry = fakeRegistry();
  const registration = createRegistration({
    eurekaUrls: [registry.url],
    service: 'customer-service',
    host: '::1',
    port: 8081,
    log: silentLog,
  });
  registration.start();
  await registry.received(1);
  await registration.stop();
  expect(registry.requests[0]!.body!.instance).toMatchObject({
    ipAddr: '::1',
    healthCheckUrl: 'http://[::1]:8081/health/ready',
  });
});

const Posted = z.object({ instance: z.record(z.string(), z.unknown()) });
type Received = {
  method: string;
  path: string;
  body: z.infer<typeof Posted> | undefined;
  authorization: string | null;
};

const register = (urls: string, renewEverySeconds = 0.005) =>
  createRegistration({
    eurekaUrls: urls.split(','),
    service: 'customer-service',
    host: '127.0.0.1',
    port: 8081,
    renewEverySeconds,
    log: silentLog,
  });

/** Answers as Eureka does, first with the statuses given for the method. */
function fakeRegistry(
  statuses: Partial<Record<string, number[]>> = {},
  gate: Promise<void> = Promise.resolve(),
) {
  const requests: Received[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const text = await request.text();
      requests.push({
        method: request.method,
        path: pathname + search,
        body: text === '' ? undefined : Posted.parse(JSON.parse(text)),
        authorization: request.headers.get('authorization'),
      });
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      await gate;
      const usual = request.method === 'POST' ? 204 : 200;
      return new Response(null, { status: statuses[request.method]?.shift() ?? usual });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/eureka`,
    requests,
    received(count: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ count, resolve });
      if (requests.length >= count) resolve();
      return promise;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}
