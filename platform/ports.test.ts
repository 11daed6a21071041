import { expect, test } from 'bun:test';

import { claimPorts } from './claim-ports.ts';
import { callableHost, freePort, isPortFree, portHolder } from './ports.ts';

const HOST = '127.0.0.1';
const listen = () => Bun.listen({ hostname: HOST, port: 0, socket: { data() {} } });
const unknown = () => undefined;

test('freePort() gives a port that can be listened on', async () => {
  const port = await freePort(HOST);
  expect(isPortFree(HOST, port)).toBe(true);
});

test('portHolder() names who listens', () => {
  using listener = listen();
  expect(isPortFree(HOST, listener.port)).toBe(false);
  expect(portHolder(listener.port)).toBe(process.pid);
});

test('claimPorts() is content with free ports', async () => {
  const claim = { name: 'registry', port: await freePort(HOST), variable: 'REGISTRY_PORT' };
  expect(await claimPorts([claim], { host: HOST, leftoverName: unknown })).toBeUndefined();
});

test('claimPorts() names port, holder and what to do', async () => {
  using listener = listen();
  const claim = { name: 'registry', port: listener.port, variable: 'REGISTRY_PORT' };
  const refusal = claimPorts([claim], { host: HOST, leftoverName: unknown });
  expect(refusal).rejects.toThrow(
    new RegExp(
      `^Port ${listener.port} \\(registry\\) is taken by process ${process.pid} \\(.+\\): stop it with 'kill ${process.pid}', or choose another port with REGISTRY_PORT$`,
    ),
  );
});

test('claimPorts() waits for what an earlier run left, which ends by itself', async () => {
  const listener = listen();
  const claim = { name: 'billing', port: listener.port, variable: 'BILLING_PORT' };
  const leftoverName = () => {
    listener.stop(true);
    return 'billing';
  };
  expect(await claimPorts([claim], { host: HOST, leftoverName })).toBeUndefined();
});

test('claimPorts() names a leftover that stays', async () => {
  using listener = listen();
  const claim = { name: 'billing', port: listener.port, variable: 'BILLING_PORT' };
  const options = { host: HOST, leftoverName: () => 'billing', leftoverLimitMs: 0 };
  expect(claimPorts([claim], options)).rejects.toThrow('billing, a leftover of an earlier run');
});

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', '[::1]'],
  ['192.168.1.2', '192.168.1.2'],
])('callableHost() calls a listener on %s by %s', (host, expected) => {
  expect(callableHost(host)).toBe(expected);
});
