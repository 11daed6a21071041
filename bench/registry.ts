import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { cpuMicrosOf, residentMbOf, wholeCpuMicrosOf } from './process-cost.ts';
import { change, fetching, registration, renewal } from './registry-fleet.ts';
import { sendAll } from './registry-load.ts';
import { openWatchers } from './registry-watchers.ts';

/**
 * What the registry's answers cost, as CPU time of its process, beside a bare `Bun.serve` that sends
 * the same bytes. Both take turns within a round; the median of the rounds counts.
 */
const ROUNDS = 5;
const CONNECTIONS = 16;
const FLEET = 10_000;

type Process = { readonly pid: number; readonly port: number };
type Row = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: number;
};

/** Where a restarted registry asks about instances that it has not heard of for a while. */
const health = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
const healthPort = health.port ?? 0;
const running: Bun.Subprocess[] = [];
const folder = await mkdtemp(join(tmpdir(), 'registry-bench-'));
const rows: Row[] = [];
try {
  await measureAll();
} finally {
  for (const child of running) child.kill('SIGKILL');
  await health.stop(true);
  await rm(folder, { recursive: true });
}
console.table(
  rows.map(({ what, value, unit, limit }) => ({
    what,
    measured: `${value.toFixed(2)} ${unit}`,
    limit: limit === undefined ? '' : `${limit} ${unit}`,
    within: limit === undefined ? '' : value <= limit ? 'yes' : 'NO',
  })),
);
await Bun.write(
  join(import.meta.dir, 'results', 'registry.json'),
  `${JSON.stringify({ bun: Bun.version, rounds: ROUNDS, instances: FLEET, rows }, null, 2)}\n`,
);

async function measureAll(): Promise<void> {
  const registry = await startRegistry();
  await fill(registry, 0, FLEET);
  const full = await fetch(`http://127.0.0.1:${registry.port}/eureka/apps`, {
    headers: { accept: 'application/json', 'accept-encoding': 'gzip' },
    decompress: false,
  });
  await Bun.write(join(folder, 'full'), await full.bytes());
  const bare = await startBare(join(folder, 'full'));

  await compare('renewal', registry, bare, 20_000, 1.6, (index) => renewal(index % FLEET));
  await compare('registration', registry, bare, 5000, 3, (index) =>
    registration(index % FLEET, healthPort),
  );
  await compare('full fetch, gzip', registry, bare, 1500, 1.3, () => fetching('/eureka/apps'));
  await measureRenewals(registry);
  await measureFetchesUnderChange(registry, bare);
  await measureWatchers(await startFilled('watched'));
  await measureDeltas();
}

async function compare(
  what: string,
  registry: Process,
  bare: Process,
  requests: number,
  limit: number,
  request: (index: number) => string,
): Promise<void> {
  const costs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const ours = await cost(registry, requests, request);
    const theirs = await cost(bare, requests, request);
    // The first round only warms up.
    if (round > 0) costs.push({ ours, theirs });
  }
  const ours = median(costs.map((each) => each.ours));
  rows.push({ what: `${what}: registry`, value: ours, unit: 'µs' });
  rows.push({ what: `${what}: bare`, value: median(costs.map((each) => each.theirs)), unit: 'µs' });
  const ratios = costs.map((each) => each.ours / each.theirs);
  rows.push({ what: `${what}: times bare`, value: median(ratios), unit: '×', limit });
}

async function cost(
  { pid, port }: Process,
  requests: number,
  request: (index: number) => string,
): Promise<number> {
  const before = cpuMicrosOf(pid);
  await sendAll({ port, connections: CONNECTIONS, requests, request });
  return (cpuMicrosOf(pid) - before) / requests;
}

/** Ten seconds of the whole fleet renewing every 30 s. */
async function measureRenewals({ pid, port }: Process): Promise<void> {
  const perSecond = FLEET / 30;
  const before = wholeCpuMicrosOf(pid);
  await sendAll({
    port,
    connections: CONNECTIONS,
    perSecond,
    requests: Math.round(perSecond * 10),
    request: (index) => renewal(index % FLEET),
  });
  const share = (wholeCpuMicrosOf(pid) - before) / 10_000_000;
  rows.push({
    what: `${FLEET} renewing every 30 s`,
    value: share * 100,
    unit: '% of a core',
    limit: 10,
  });
}

/** Ten seconds of 300 full fetches a second: with one change a second, without, and bare. */
async function measureFetchesUnderChange(registry: Process, bare: Process): Promise<void> {
  const fetches = async ({ pid, port }: Process) => {
    const before = wholeCpuMicrosOf(pid);
    await sendAll({
      port,
      connections: CONNECTIONS,
      perSecond: 300,
      requests: 3000,
      request: () => fetching('/eureka/apps'),
    });
    return (wholeCpuMicrosOf(pid) - before) / 10_000;
  };
  const still = await fetches(registry);
  const changes = sendAll({
    port: registry.port,
    connections: 1,
    perSecond: 1,
    requests: 10,
    request: (index) => change(index * 1000, index),
  });
  const changing = await fetches(registry);
  await changes;
  rows.push({ what: '300 full fetches/s, bare', value: await fetches(bare), unit: 'ms CPU/s' });
  rows.push({ what: '300 full fetches/s, no change', value: still, unit: 'ms CPU/s' });
  rows.push({ what: '300 full fetches/s, 1 change/s', value: changing, unit: 'ms CPU/s' });
}

async function measureWatchers(registry: Process): Promise<void> {
  const watchers = await openWatchers(registry.port, 1000);
  const latencies: number[] = [];
  for (let count = 0; count < 20; count += 1) {
    const heard = watchers.allHear();
    const startedMs = performance.now();
    await sendAll({
      port: registry.port,
      connections: 1,
      requests: 1,
      request: () => change(count, 1000 + count),
    });
    latencies.push((await heard) - startedMs);
  }
  rows.push({
    what: 'change to the last of 1,000 watchers',
    value: Math.max(...latencies),
    unit: 'ms',
    limit: 100,
  });
  rows.push({
    what: 'resident, 10,000 instances, 1,000 watchers',
    value: residentMbOf(registry.pid),
    unit: 'MB',
    limit: 150,
  });
  watchers.close();
}

/** One change and the delta after it, among few and among many that have not changed of late. */
async function measureDeltas(): Promise<void> {
  const costs = new Map<number, number[]>();
  const registries = [
    { size: 100, registry: await startRestored(100) },
    { size: FLEET, registry: await startRestored(FLEET) },
  ];
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const { size, registry } of registries) {
      const micros = await cost({ ...registry }, 2000, (index) =>
        index % 2 === 0 ? change(index % 100, index) : fetching('/eureka/apps/delta'),
      );
      if (round > 0) costs.set(size, [...(costs.get(size) ?? []), micros * 2]);
    }
  }
  const [few, many] = [median(costs.get(100) ?? []), median(costs.get(FLEET) ?? [])];
  rows.push({ what: 'a change and its delta among 100', value: few, unit: 'µs' });
  rows.push({ what: `a change and its delta among ${FLEET}`, value: many, unit: 'µs' });
  rows.push({ what: 'times as much', value: many / few, unit: '×', limit: 1.2 });
}

/** As it is in service: everybody registered, renewed once, and somebody fetched. */
async function startFilled(name: string): Promise<Process> {
  const registry = await startRegistry(name);
  const { port } = registry;
  const of = (request: (index: number) => string, requests = FLEET) =>
    sendAll({ port, connections: CONNECTIONS, requests, request });
  await fill(registry, 0, FLEET);
  await of((index) => renewal(index));
  await of(() => fetching('/eureka/apps'), 10);
  return registry;
}

async function fill({ port }: Process, from: number, to: number): Promise<void> {
  await sendAll({
    port,
    connections: CONNECTIONS,
    requests: to - from,
    request: (index) => registration(from + index, healthPort),
  });
}

/** A registry whose fleet came back from disk, and is therefore no recent change. */
async function startRestored(size: number): Promise<Process> {
  const first = await startRegistry(`restored-${size}`);
  await fill(first, 0, size);
  process.kill(first.pid, 'SIGTERM');
  await running.find(({ pid }) => pid === first.pid)?.exited;
  return await startRegistry(`restored-${size}`, first.port);
}

async function startRegistry(name = 'first', port?: number): Promise<Process> {
  const chosen = port ?? (await freePort());
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../registry/main.ts')], {
    stdout: 'ignore',
    env: { ...process.env, DATA_DIR: join(folder, name), PORT: String(chosen), LOG_LEVEL: 'error' },
  });
  running.push(child);
  const ready = `http://127.0.0.1:${chosen}/health/ready`;
  while (!(await fetch(ready).catch(() => undefined))?.ok) await Bun.sleep(20);
  return { pid: child.pid, port: chosen };
}

async function startBare(file: string): Promise<Process> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'registry-peers.ts'), file], {
    stdout: 'pipe',
  });
  running.push(child);
  const { value } = await child.stdout.getReader().read();
  return { pid: child.pid, port: Number(new TextDecoder().decode(value)) };
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  const { port = 0 } = server;
  await server.stop(true);
  return port;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
