import { expect, test } from 'bun:test';
import type { NetworkInterfaceInfo } from 'node:os';

import { reachableHost } from './reachable-host.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo => ({
  address,
  internal,
  family: 'IPv4',
  netmask: '',
  mac: '',
  cidr: null,
});
const at6 = (address: string): NetworkInterfaceInfo => ({
  ...at(address),
  family: 'IPv6',
  scopeid: 0,
});
const loopback = { lo: [at('127.0.0.1', true)] };

test('a host that was named is taken as it is, without brackets', () => {
  expect(reachableHost('customer.internal', loopback)).toBe('customer.internal');
  expect(reachableHost('127.0.0.1', { eth0: [at('10.0.0.7')] })).toBe('127.0.0.1');
  expect(reachableHost('[::1]', loopback)).toBe('::1');
});

test.each(['0.0.0.0', '::', '[::]'])('who listens on %s is reached at the own address', (host) => {
  const inContainer = { ...loopback, eth0: [at6('fe80::1'), at6('2001:db8::7'), at('172.17.0.2')] };
  expect(reachableHost(host, inContainer)).toBe('172.17.0.2');
});

test('the bridges of a container engine are not where others find this machine', () => {
  const onHost = {
    docker0: [at('172.17.0.1')],
    'br-1f': [at('172.18.0.1')],
    ens3: [at('10.0.0.7')],
  };
  expect(reachableHost('0.0.0.0', onHost)).toBe('10.0.0.7');
});

test('where there is only IPv6, or only loopback, that is the address', () => {
  expect(reachableHost('::', { eth0: [at6('fe80::1'), at6('2001:db8::7')] })).toBe('2001:db8::7');
  expect(reachableHost('0.0.0.0', { ...loopback, eth0: [at('169.254.1.1')] })).toBe('127.0.0.1');
});
