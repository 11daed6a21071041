import { expect, test } from 'bun:test';

import { z } from 'zod';

import { contract, json } from './contract.ts';
import { fixedDiscovery } from './discovery.ts';
import { feign } from './feign.ts';

const things = contract('thing-service', {
  get: { method: 'get', path: '/', responses: { 200: json(z.object({ by: z.number() })) } },
});

test('no read fails when one of two instances is killed in the middle of 10,000 of them', async () => {
  await using victim = await startInstance();
  await using survivor = await startInstance();
  const discovery = fixedDiscovery({ 'thing-service': [victim.url, survivor.url] });
  const client = feign(things, { discovery });
  const counts = new Map<number, number>();
  let calls = 0;
  const worker = async () => {
    while (calls < 10_000) {
      calls += 1;
      if (calls === 5000) victim.kill();
      const { by } = await client.get();
      counts.set(by, (counts.get(by) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 50 }, worker));
  expect([...counts.values()].reduce((a, b) => a + b)).toBe(10_000);
  // How many is the machine's doing; that it was asked at all is ours.
  expect(counts.get(victim.pid)).toBeWithin(1, 5000);
});

const PROGRAM = `
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () => Response.json({ by: process.pid }),
});
console.log(server.url.origin);
`;

async function startInstance() {
  const child = Bun.spawn([process.execPath, '-e', PROGRAM], { stdout: 'pipe', stderr: 'inherit' });
  const { value } = await child.stdout.getReader().read();
  const kill = () => child.kill('SIGKILL');
  return {
    pid: child.pid,
    url: new TextDecoder().decode(value).trim(),
    kill,
    async [Symbol.asyncDispose]() {
      kill();
      await child.exited;
    },
  };
}
