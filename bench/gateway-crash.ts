import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from 'platform/ports';

import { answers } from './answers.ts';
import { createProcesses } from './gateway-processes.ts';
import { writeResults } from './results.ts';

/**
 * One of three instances is killed with SIGKILL, hangs (SIGSTOP), goes on and is started anew, each
 * under load through the gateway, which learns of instances from a registry.
 */
const READS = 12_000;
const AT_ONCE = 32;
const HEADERS_TIMEOUT_MS = 1000;

const folder = await mkdtemp(join(tmpdir(), 'bench-crash-'));
const processes = await createProcesses();
const own: Bun.Subprocess[] = [];
try {
  const registry = await startRegistry();
  const instances = [await startInstance(registry), await startInstance(registry)];
  const victim = await startInstance(registry);
  const logFile = join(folder, 'gateway.log');
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
    env: { GATEWAY_ROUTES: 'registry', EUREKA_URL: registry },
    stdout: Bun.file(logFile),
  });
  const url = `${gateway.url}/crash/x`;
  await answers(url);

  const writes = postUntilStopped(url);
  const killed = await readWhile(url, () => victim.child.kill('SIGKILL'));
  await Bun.sleep(500);
  const lastToDeadMs = await lastFailureMs(logFile, victim.url, killed.happenedAt);

  const hanging = await startInstance(registry);
  await seen(url, hanging);
  const hung = await readWhile(url, () => hanging.child.kill('SIGSTOP'));
  hanging.child.kill('SIGCONT');

  const startedMs = performance.now();
  const another = await startInstance(registry);
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
  for (const child of own) child.kill('SIGKILL');
  await Promise.all(own.map((child) => child.exited));
  await rm(folder, { recursive: true, force: true });
}

type Reads = {
  readonly sent: number;
  readonly failed: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly longestMs: number;
  /**
   * The longest before it happened: what a reply takes here and now. Who is asked instead of the one
   * that hangs takes as long, which on a busy machine is more than all that the gateway adds.
   */
  readonly usualMs: number;
  /** `Date.now()` at which it happened. */
  readonly happenedAt: number;
};
type Instance = { readonly child: Bun.Subprocess; readonly url: string; readonly file: string };

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

/** Reads all the time, `AT_ONCE` at a time; `happen` is called half way, while some are under way. */
async function readWhile(url: string, happen: () => void): Promise<Reads> {
  const statuses: Record<string, number> = {};
  let sent = 0;
  let longestMs = 0;
  let usualMs = 0;
  let happenedAt = 0;
  const worker = async () => {
    while (sent < READS) {
      sent += 1;
      if (sent === READS / 2) {
        happen();
        happenedAt = Date.now();
      }
      const startedMs = performance.now();
      const status = await statusOf(url);
      statuses[status] = (statuses[status] ?? 0) + 1;
      longestMs = Math.max(longestMs, performance.now() - startedMs);
      if (happenedAt === 0) usualMs = longestMs;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { sent, failed: sent - (statuses[200] ?? 0), statuses, longestMs, usualMs, happenedAt };
}

async function statusOf(url: string, init: RequestInit = {}): Promise<number | string> {
  try {
    const reply = await fetch(url, init);
    await reply.arrayBuffer();
    return reply.status;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** Each with a body of its own, by which those who got it tell how often. */
function postUntilStopped(url: string) {
  const stopping = new AbortController();
  let sent = 0;
  let failed = 0;
  const worker = async () => {
    while (!stopping.signal.aborted) {
      sent += 1;
      const status = await statusOf(url, { method: 'POST', body: `write-${sent}` });
      if (status !== 200) failed += 1;
    }
  };
  const done = Promise.all(Array.from({ length: 8 }, worker));
  return {
    async stop() {
      stopping.abort();
      await done;
      return { sent, failed };
    },
  };
}

/** Until it answers a request, too. */
async function seen(url: string, { child }: Instance): Promise<void> {
  for (;;) {
    const reply = await fetch(url);
    if ((await reply.text()) === String(child.pid)) return;
  }
}

async function startRegistry(): Promise<string> {
  const port = await freePort('127.0.0.1');
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../registry/main.ts')], {
    stdout: 'ignore',
    env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'registry') },
  });
  own.push(child);
  await answers(`http://127.0.0.1:${port}/health/ready`);
  return `http://127.0.0.1:${port}/eureka`;
}

async function startInstance(registry: string): Promise<Instance> {
  const file = join(folder, `writes-${own.length}`);
  const program = join(import.meta.dir, 'gateway-crash-service.ts');
  const child = Bun.spawn([process.execPath, program, registry, file], { stdout: 'pipe' });
  own.push(child);
  const { value } = await child.stdout.getReader().read();
  return { child, file, url: new TextDecoder().decode(value).trim() };
}

async function notesOf({ file }: Instance): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
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
