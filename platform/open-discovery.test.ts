import { expect, test } from 'bun:test';

import { silentLog } from './log.ts';
import { membership } from './membership.ts';
import { openDiscovery } from './open-discovery.ts';

const config = { HOST: '127.0.0.1', EUREKA_URL: ['http://127.0.0.1:1/eureka'] };
const table = { 'customer-service': ['http://127.0.0.1:8081'] };

test('openDiscovery() goes by the table where one stands in for a registry', async () => {
  const discovery = openDiscovery({ ...config, SERVICE_ADDRESSES: table }, silentLog);
  await discovery.ready();
  expect(discovery.instances('customer-service').map(({ url }) => url)).toEqual([
    'http://127.0.0.1:8081',
  ]);
  discovery.close();
});

test('openDiscovery() knows nobody while the registry that it asks is away', () => {
  const discovery = openDiscovery({ ...config, SERVICE_ADDRESSES: {} }, silentLog);
  expect(discovery.services()).toEqual([]);
  discovery.close();
});

test('membership() tells nobody where there is no registry', () => {
  const own = { service: 'customer-service', log: silentLog };
  const withTable = { ...config, SERVICE_ADDRESSES: table };
  expect(membership({ ...own, config: withTable })).toBeUndefined();
  expect(membership({ ...own, config: { ...config, SERVICE_ADDRESSES: {} } })).toBeFunction();
});
