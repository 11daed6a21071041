import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { answers } from './answers.ts';
import { postUntilStopped, type Reads, readWhile } from './gateway-crash-load.ts';
import { createCrashSystem, notesOf, seen } from './gateway-crash-system.ts';
import { createProcesses } from './gateway-processes.ts';
import { writeResults } from './results.ts';

/**
 * One of three instances is killed with SIGKILL, hangs (SIGSTOP), goes on and is started anew, each
 * under load through the gateway, which learns of instances from a registry.
 */
const HEADERS_TIMEOUT_MS = 1000;

const processes = await createProcesses();
const system = await createCrashSystem();
try {
  const instances = [await system.start(), await system.start()];
  const victim = await system.start();
  const logFile = join(system.folder, 'gateway.log');
  const gateway = await processes.gateway({
    routes: JSON.stringify({
      routes: [
        {
          id: 'crash',
          match: { path: '/crash/**' },
          upstream: 'lb://crash-service',
          filters: { headersTimeoutMs: HEADERS_TIMEOUT_MS },
        },
      ],
    }),
    env: { GATEWAY_ROUTES: 'registry', EUREKA_URL: system.registry },
    stdout: Bun.file(logFile),
  });
  const url = `${gateway.url}/crash/x`;
  await answers(url);

  const writes = postUntilStopped(url);
  const killed = await readWhile(url, () => victim.child.kill('SIGKILL'));
  await Bun.sleep(500);
  const lastToDeadMs = await lastFailureMs(logFile, victim.url, killed.happenedAt);

  const hanging = await system.start();
  await seen(url, hanging);
  const hung = await readWhile(url, () => hanging.child.kill('SIGSTOP'));
  hanging.child.kill('SIGCONT');

  const startedMs = performance.now();
  const another = await system.start();
  const upMs = performance.now() - startedMs;
  await seen(url, another);
  const restarted = await readWhile(url, () => another.child.kill('SIGTERM'));
  const posted = await writes.stop();

  const noted = (await Promise.all([...instances, victim, hanging, another].map(notesOf))).flat();
  const twice = noted.length - new Set(noted).size;
  const results = {
    killed: { ...killed, lastToDeadMs },
    hung,
    restarted: { ...restarted, joinedMs: performance.now() - startedMs - upMs },
    posts: { ...posted, twice },
  };
  console.table({
    'kill -9': rowOf(killed, killed.failed === 0 && lastToDeadMs < 100),
    hang: rowOf(
      hung,
      hung.failed === 0 && hung.longestMs < HEADERS_TIMEOUT_MS + 100 + hung.usualMs,
    ),
    'stop in order': rowOf(restarted, restarted.failed === 0),
  });
  console.log(`last request to the dead one ${lastToDeadMs.toFixed(0)} ms after the kill`);
  console.log(`${posted.sent} POSTs, ${posted.failed} failed, ${twice} of them sent twice`);
  await writeResults('gateway-crash', { headersTimeoutMs: HEADERS_TIMEOUT_MS, results });
} finally {
  await processes.stop();
  await system.stop();
}

function rowOf({ sent, failed, statuses, longestMs, usualMs }: Reads, isGood: boolean) {
  return {
    GETs: sent,
    failed,
    statuses: JSON.stringify(statuses),
    'longest ms': longestMs.toFixed(0),
    'before it': usualMs.toFixed(0),
    'as promised': isGood ? 'yes' : 'NO',
  };
}

/** How long after `sinceMs` the gateway last met with a failure at this address. */
async function lastFailureMs(logFile: string, url: string, sinceMs: number): Promise<number> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.includes(url));
  const times = lines
    .map((line): unknown => JSON.parse(line))
    .map((line) =>
      typeof line === 'object' && line && '@timestamp' in line
        ? Date.parse(String(line['@timestamp']))
        : Number.NaN,
    );
  return Math.max(0, ...times.map((time) => time - sinceMs));
}
