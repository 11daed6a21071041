import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { silentLog } from 'platform/log';
import { until } from 'platform/testing';

import { OK, rawUpstream, startGateway } from './test-rig.ts';
import { watchRoutes } from './watch-routes.ts';

let folder: string;
let path: string;
let upstream: Awaited<ReturnType<typeof rawUpstream>>;
let gateway: ReturnType<typeof startGateway>;
let unwatch: () => void;

const table = (prefix: string) =>
  `routes: [{ id: a, match: { path: /${prefix}/** }, upstream: '${upstream.url}' }]`;
const statusAt = async (target: string) => (await fetch(`${gateway.url}${target}`)).status;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  path = join(folder, 'routes.yaml');
  upstream = await rawUpstream(OK);
  gateway = startGateway();
  unwatch = watchRoutes({ path, env: {}, source: gateway.source, log: silentLog });
});
afterAll(async () => {
  unwatch();
  await gateway.stop();
  upstream.close();
  await rm(folder, { recursive: true });
});

test('a saved file is live a moment later, however it is saved', async () => {
  await Bun.write(path, table('one'));
  await until(async () => (await statusAt('/one/x')) === 200);
  await Bun.write(join(folder, 'other'), table('two'));
  await rename(join(folder, 'other'), path);
  await until(async () => (await statusAt('/two/x')) === 200);
  expect(await statusAt('/one/x')).toBe(404);
});

test('a bad file is refused with its reasons, and the old table stays', async () => {
  await Bun.write(path, 'routes: [{ id: a, match: { path: nowhere }, upstream: "lb://a" }]');
  await until(() => gateway.source.view().refused.length > 0);
  expect(gateway.source.view().refused[0]).toContain("route 'a' match.path: a path starts with /");
  expect(await statusAt('/two/x')).toBe(200);
  await Bun.write(path, table('two'));
  await until(() => gateway.source.view().refused.length === 0);
});

const both = (id: string) =>
  `routes:
  - { id: always-${id}, match: { path: /always/** }, upstream: '${upstream.url}' }
  - { id: ${id}, match: { path: /${id}/** }, upstream: '${upstream.url}' }
`;

test('no request fails while tables are exchanged', async () => {
  await Bun.write(path, both('a'));
  await until(async () => (await statusAt('/a/x')) === 200);
  const done = new AbortController();
  const asking = Array.from({ length: 8 }, async () => {
    const statuses = new Set<number>();
    while (!done.signal.aborted) statuses.add(await statusAt('/always/x'));
    return statuses;
  });
  for (const id of ['b', 'c', 'd']) {
    await Bun.write(path, both(id));
    await until(async () => (await statusAt(`/${id}/x`)) === 200);
  }
  done.abort();
  for (const statuses of await Promise.all(asking)) expect([...statuses]).toEqual([200]);
});
