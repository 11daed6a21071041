import { cpuMicrosOf, residentMbOf, wholeCpuMicrosOf } from './process-cost.ts';
import { change, fetching, registration, renewal } from './registry-fleet.ts';
import { sendAll } from './registry-load.ts';
import { CONNECTIONS, createProcesses, FLEET, type Process } from './registry-processes.ts';
import { openWatchers } from './registry-watchers.ts';
import { median, writeResults } from './results.ts';

/**
 * What the registry's answers cost, as CPU time of its process, beside a bare `Bun.serve` that sends
 * the same bytes. Both take turns within a round; the median of the rounds counts.
 */
const ROUNDS = 5;

type Row = {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: number;
};

const rows: Row[] = [];
const processes = await createProcesses();
try {
  await measureAll();
} finally {
  await processes.stop();
}
console.table(
  rows.map(({ what, value, unit, limit }) => ({
    what,
    measured: `${value.toFixed(2)} ${unit}`,
    limit: limit === undefined ? '' : `${limit} ${unit}`,
    within: limit === undefined ? '' : value <= limit ? 'yes' : 'NO',
  })),
);
await writeResults('registry', { rounds: ROUNDS, instances: FLEET, rows });

async function measureAll(): Promise<void> {
  const registry = await processes.registered();
  const full = await fetch(`http://127.0.0.1:${registry.port}/eureka/apps`, {
    headers: { accept: 'application/json', 'accept-encoding': 'gzip' },
    decompress: false,
  });
  const bare = await processes.bare(await full.bytes());

  await compare('renewal', registry, bare, 20_000, 1.6, (index) => renewal(index % FLEET));
  await compare('registration', registry, bare, 5000, 3, (index) =>
    registration(index % FLEET, processes.healthPort),
  );
  await compare('full fetch, gzip', registry, bare, 1500, 1.3, () => fetching('/eureka/apps'));
  await measureRenewals(registry);
  await measureFetchesUnderChange(registry, bare);
  await measureWatchers(await processes.inService());
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

/** In ms of CPU time per second. */
async function fetches({ pid, port }: Process): Promise<number> {
  const before = wholeCpuMicrosOf(pid);
  await sendAll({
    port,
    connections: CONNECTIONS,
    perSecond: 300,
    requests: 3000,
    request: () => fetching('/eureka/apps'),
  });
  return (wholeCpuMicrosOf(pid) - before) / 10_000;
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
    { size: 100, registry: await processes.restored(100) },
    { size: FLEET, registry: await processes.restored(FLEET) },
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
