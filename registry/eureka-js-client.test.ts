import { afterEach, expect, test } from 'bun:test';

import { Eureka } from 'eureka-js-client';
import { until } from 'platform/testing';

import { servedRegistry } from './testing.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const opened: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

type ClientOptions = { readonly app: string; readonly port: number; readonly delta?: boolean };

async function startedClient({ app, port, delta = false }: ClientOptions): Promise<Eureka> {
  const client = new Eureka({
    shouldUseDelta: delta,
    logger: quiet,
    instance: {
      app,
      hostName: 'localhost',
      ipAddr: '127.0.0.1',
      port: { $: 8080, '@enabled': true },
      vipAddress: `${app}.test`,
      dataCenterInfo: {
        '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
        name: 'MyOwn',
      },
    },
    eureka: {
      host: '127.0.0.1',
      port,
      servicePath: '/eureka/apps/',
      heartbeatInterval: 50,
      registryFetchInterval: 50,
      requestRetryDelay: 20,
    },
  });
  const started = Promise.withResolvers<void>();
  client.start((error) => (error ? started.reject(error) : started.resolve()));
  await started.promise;
  opened.push(() => stopped(client));
  return client;
}

function stopped(client: Eureka): Promise<void> {
  return new Promise((resolve) => {
    client.stop(resolve);
  });
}

function served(options: Parameters<typeof servedRegistry>[0] = {}) {
  const registry = servedRegistry(options);
  opened.push(registry.stop);
  return registry;
}

test('eureka-js-client registers, renews and finds a service', async () => {
  const { port, leases } = served();
  const client = await startedClient({ app: 'orders', port });
  expect(client.getInstancesByAppId('orders').map(({ hostName }) => hostName)).toEqual([
    'localhost',
  ]);
  expect(client.getInstancesByVipAddress('orders.test')).toHaveLength(1);
  const { registeredMs } = leases.find('ORDERS', 'localhost')!;
  await until(() => leases.find('ORDERS', 'localhost')!.renewedMs > registeredMs, {
    what: 'a renewal',
  });
});

test('eureka-js-client finds by deltas who comes later and loses who goes', async () => {
  const { port, leases } = served();
  const client = await startedClient({ app: 'orders', port, delta: true });
  const other = await startedClient({ app: 'billing', port });
  await until(() => client.getInstancesByAppId('billing').length === 1, { what: 'the delta' });
  await stopped(other);
  opened.splice(opened.length - 1);
  expect(leases.find('BILLING', 'localhost')).toBeUndefined();
  await until(() => client.getInstancesByAppId('billing').length === 0, { what: 'the delta' });
});

test('eureka-js-client registers again after a restart of the registry', async () => {
  const first = servedRegistry();
  const client = await startedClient({ app: 'orders', port: first.port });
  await first.stop();
  const second = served({ port: first.port });
  await until(() => second.leases.find('ORDERS', 'localhost'), { what: 'the registration' });
  await until(() => client.getInstancesByAppId('orders').length === 1, { what: 'the list' });
});
