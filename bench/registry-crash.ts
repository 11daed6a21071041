import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createDiscovery } from 'platform/discovery';
import { silentLog } from 'platform/log';
import { freePort } from 'platform/ports';

import { answers } from './answers.ts';
import { median, writeResults } from './results.ts';

/**
 * How long it takes until others know that a service was killed with SIGKILL: twenty services one
 * after another, from the kill to the moment at which a watcher of the registry has lost it.
 */
const KILLS = 20;
const LIMIT_MS = 500;
const SERVICE = 'crash-service';

const port = await freePort('127.0.0.1');
const folder = join(tmpdir(), `registry-crash-${port}`);
const registry = Bun.spawn([process.execPath, join(import.meta.dir, '../registry/main.ts')], {
  stdout: 'ignore',
  env: { ...process.env, PORT: String(port), DATA_DIR: folder },
});
const url = `http://127.0.0.1:${port}/eureka`;
await answers(`http://127.0.0.1:${port}/health/ready`);
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
console.table({
  kills: KILLS,
  'median ms': median(times).toFixed(1),
  'worst ms': worst.toFixed(1),
  'limit ms': LIMIT_MS,
  within: worst < LIMIT_MS ? 'yes' : 'NO',
});
await writeResults('registry-crash', { kills: KILLS, worstMs: worst, times });

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
