import { afterEach, expect, test } from 'bun:test';

import { fixedDiscovery } from 'platform/discovery';

import { startGateway } from './test-rig.ts';

/** Answers after a moment, so that requests are under way; says the id of every write that it got. */
const PROGRAM = `
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', async fetch(request) {
    if (request.method === 'POST') require('node:fs').writeSync(1, await request.text() + '\\n');
    await Bun.sleep(5);
    return new Response(String(process.pid));
  } });
  require('node:fs').writeSync(1, server.url.origin + '\\n');
`;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

async function startInstance() {
  const child = Bun.spawn([process.execPath, '-e', PROGRAM], { stdout: 'pipe' });
  cleanUp.push(() => child.kill('SIGKILL'));
  const output = child.stdout.getReader();
  const decoder = new TextDecoder();
  let said = '';
  while (!said.includes('\n')) said += decoder.decode((await output.read()).value);
  const url = said.slice(0, said.indexOf('\n'));
  said = said.slice(url.length + 1);
  const ended = (async () => {
    for (let chunk = await output.read(); !chunk.done; chunk = await output.read())
      said += decoder.decode(chunk.value);
  })();
  const writes = async () => {
    child.kill('SIGKILL');
    await ended;
    return said.split('\n').slice(0, -1);
  };
  return { child, url, writes };
}

async function threeInstances() {
  const instances = await Promise.all([startInstance(), startInstance(), startInstance()]);
  const discovery = fixedDiscovery({ shop: instances.map(({ url }) => url) });
  const gateway = startGateway({ mode: 'registry', discovery });
  cleanUp.push(gateway.stop);
  return { instances, url: `${gateway.url}/shop/x` };
}

/** Asks over and over, 16 at a time, and kills the first instance half way. */
async function askWhileOneIsKilled(
  first: Bun.Subprocess,
  count: number,
  ask: (n: number) => Promise<number>,
): Promise<number[]> {
  const statuses: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      if (next === Math.floor(count / 2)) first.kill('SIGKILL');
      statuses.push(await ask(next));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return statuses;
}

/** Asks each address in turn. */
const route = (id: string, addresses: string[]) => ({
  id,
  match: { path: `/${id}` },
  upstream: { service: id, addresses, balance: 'roundRobin' as const },
  // Long enough for the one that answers on a busy machine.
  filters: { headersTimeoutMs: 2000 },
});

test('no read fails while one of three instances is killed', async () => {
  const { instances, url } = await threeInstances();
  const statuses = await askWhileOneIsKilled(instances[0].child, 300, async () => {
    const reply = await fetch(url);
    await reply.text();
    return reply.status;
  });
  expect(statuses).toHaveLength(300);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('no write is sent twice while one of three instances is killed', async () => {
  const { instances, url } = await threeInstances();
  const statuses = await askWhileOneIsKilled(instances[0].child, 300, async (n) => {
    const reply = await fetch(url, { method: 'POST', body: `write-${n}` });
    await reply.text();
    return reply.status;
  });
  const writes = (await Promise.all(instances.map((instance) => instance.writes()))).flat();
  expect(new Set(writes).size).toBe(writes.length);
  // What was under way at the instance that died is said to have failed; nothing else has.
  const failed = statuses.filter((status) => status !== 200);
  expect(failed.every((status) => status === 502)).toBe(true);
  expect(failed.length).toBeLessThanOrEqual(16);
});

test('a read that gets no reply in time is asked again elsewhere, once; a write is not', async () => {
  const seen: string[] = [];
  const never = new Promise<Response>(() => undefined);
  const hanging = [1, 2].map(() =>
    Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch({ method }) {
        seen.push(method);
        return await never;
      },
    }),
  );
  const good = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  for (const server of [...hanging, good]) cleanUp.push(() => server.stop(true));
  const [one, other] = hanging.map(({ url }) => url.origin);
  const gateway = startGateway({
    routes: [route('half', [one ?? '', good.url.origin]), route('none', [one ?? '', other ?? ''])],
  });
  cleanUp.push(gateway.stop);
  const ask = async (path: string, method = 'GET') =>
    (await fetch(`${gateway.url}/${path}`, { method })).status;

  expect([await ask('half'), await ask('half')]).toEqual([200, 200]);
  expect(seen.splice(0)).toEqual(['GET']);
  expect(new Set([await ask('half', 'POST'), await ask('half', 'POST')])).toEqual(
    new Set([200, 504]),
  );
  expect(seen.splice(0)).toEqual(['POST']);
  expect(await ask('none')).toBe(504);
  expect(seen).toEqual(['GET', 'GET']);
  // Four replies are waited for in vain.
}, 30_000);
