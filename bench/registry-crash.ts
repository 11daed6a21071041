import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiscovery } from 'platform/discovery';
import { silentLog } from 'platform/log';

/**
 * How long it takes until others know that a service was killed with SIGKILL: twenty services one
 * after another, from the kill to the moment at which a watcher of the registry has lost it.
 */
const KILLS = 20;
const LIMIT_MS = 500;
const SERVICE = 'crash-service';

const port = await freePort();
const folder = join(tmpdir(), `registry-crash-${port}`);
const registry = Bun.spawn([process.execPath, join(import.meta.dir, '../registry/main.ts')], {
  stdout: 'ignore',
  env: { ...process.env, PORT: String(port), DATA_DIR: folder },
});
const url = `http://127.0.0.1:${port}/eureka`;
while (!(await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined))?.ok) {
  await Bun.sleep(20);
}
const discovery = createDiscovery({ eurekaUrls: [url], log: silentLog });
await discovery.ready();

const times: number[] = [];
try {
  for (let kill = 0; kill < KILLS; kill += 1) times.push(await timeOfKill());
} finally {
  discovery.close();
  registry.kill();
  await registry.exited;
  await rm(folder, { recursive: true, force: true });
}
const worst = Math.max(...times);
const sorted = times.toSorted((one, other) => one - other);
console.table({
  kills: KILLS,
  'median ms': sorted[Math.floor(KILLS / 2)]?.toFixed(1),
  'worst ms': worst.toFixed(1),
  'limit ms': LIMIT_MS,
  within: worst < LIMIT_MS ? 'yes' : 'NO',
});
await Bun.write(
  join(import.meta.dir, 'results', 'registry-crash.json'),
  `${JSON.stringify({ bun: Bun.version, kills: KILLS, worstMs: worst, times }, null, 2)}\n`,
);

async function timeOfKill(): Promise<number> {
  const service = Bun.spawn(
    [process.execPath, join(import.meta.dir, 'registry-crash-service.ts'), url],
    { stdout: 'pipe' },
  );
  await changed(() => discovery.instances(SERVICE).length === 1);
  // Its stream is open, too, when it says its name.
  await service.stdout.getReader().read();
  const startedMs = performance.now();
  process.kill(service.pid, 'SIGKILL');
  await changed(() => discovery.instances(SERVICE).length === 0);
  return performance.now() - startedMs;
}

/** Resolves as soon as the watcher's own view says so. */
function changed(isSo: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = discovery.subscribe(check);
  check();
  return promise;

  function check() {
    if (!isSo()) return;
    stop();
    resolve();
  }
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  const { port: free = 0 } = server;
  await server.stop(true);
  return free;
}
