import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { isStillRunning, pidExists, readProcess } from './process-info.ts';

const STOP_LIMIT_MS = 15_000;

/**
 * Ends a server that an earlier run left on this cluster, in order, so that the next one is ours to
 * watch and to stop. A lock that names a process of another kind is taken away: after a crash of the
 * machine, or in a new container, the old pid may belong to anybody, and PostgreSQL would not start.
 */
export async function stopLeftoverServer(
  cluster: string,
  say: (line: string) => void,
): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number.parseInt(readFileSync(lock, 'utf8'), 10);
  const found = readProcess(pid);
  if (found?.command.includes(cluster) !== true) {
    if (pidExists(pid)) await rm(lock, { force: true });
    return;
  }
  say(`postgres: stopping a leftover of an earlier run (process ${pid})`);
  process.kill(pid, 'SIGINT');
  const giveUpAt = performance.now() + STOP_LIMIT_MS;
  while (isStillRunning(found)) {
    if (performance.now() > giveUpAt) {
      throw new Error(
        `A PostgreSQL of an earlier run does not stop: end it with 'kill -QUIT ${pid}', then start again`,
      );
    }
    await Bun.sleep(20);
  }
}
