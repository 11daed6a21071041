import { createPathIndex } from 'gateway/path-index';
import { parsePathPattern } from 'gateway/path-pattern';

import { load } from './gateway-load.ts';
import { createProcesses, type Peer } from './gateway-processes.ts';
import { cpuMicrosOf } from './process-cost.ts';
import { median, writeResults } from './results.ts';

/**
 * What a request costs among 1 to 10,000 routes when the last ones are hit, medians of interleaved
 * rounds; and the matcher alone.
 */
const SIZES = [1, 100, 1000, 10_000];
const ROUNDS = 5;
const REQUESTS = 10_000;
const WARM_UP = 40_000;
const LOOKUPS = 200_000;
const MOST_MORE = 1.05;

const pathOf = (n: number): string => `/tenants/t${n}/orders`;
const processes = await createProcesses();
try {
  const { url: upstream } = await processes.peer('upstream');
  const gateways: { size: number; peer: Peer; cpuMicros: number[] }[] = [];
  for (const size of SIZES) {
    const peer = await processes.gateway({ routes: tableOf(size, upstream) });
    gateways.push({ size, peer, cpuMicros: [] });
  }
  for (const { size, peer } of gateways) await measure(peer, size, WARM_UP);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { size, peer, cpuMicros } of gateways)
      cpuMicros.push(await measure(peer, size, REQUESTS));
  }
  const results = gateways.map(({ size, cpuMicros }) => ({
    size,
    cpuMicros: median(cpuMicros),
    matcherNanos: matcherNanos(size),
  }));
  const first = results[0]?.cpuMicros ?? Number.NaN;
  console.table(
    results.map(({ size, cpuMicros, matcherNanos: nanos }) => ({
      routes: size,
      'µs CPU per request': cpuMicros.toFixed(1),
      '× one route': (cpuMicros / first).toFixed(3),
      'matcher alone ns': Math.round(nanos),
      [`within ×${MOST_MORE}`]: cpuMicros / first <= MOST_MORE ? 'yes' : 'NO',
    })),
  );
  await writeResults('gateway-routes', { rounds: ROUNDS, results });
} finally {
  await processes.stop();
}

function tableOf(size: number, upstream: string): string {
  const routes = Array.from({ length: size }, (_, n) => ({
    id: `r${n}`,
    match: { path: `${pathOf(n)}/**` },
    upstream,
  }));
  return JSON.stringify({ routes });
}

async function measure({ url, pid }: Peer, size: number, requests: number): Promise<number> {
  const before = cpuMicrosOf(pid);
  await load({ url, path: `${pathOf(size - 1)}/1`, connections: 32, requests });
  return (cpuMicrosOf(pid) - before) / requests;
}

/** An index over the same paths, asked in this process for the last of them. */
function matcherNanos(size: number): number {
  const entries = Array.from({ length: size }, (_, rank) => {
    const pattern = parsePathPattern(`${pathOf(rank)}/**`);
    if (typeof pattern === 'string') throw new Error(pattern);
    return { rank, pattern, hosts: [] };
  });
  const index = createPathIndex(entries);
  const path = `${pathOf(size - 1)}/1`;
  let found = 0;
  const look = () => {
    const startedNanos = Bun.nanoseconds();
    for (let n = 0; n < LOOKUPS; n += 1) found += index.find(path, 'localhost', () => true) ? 1 : 0;
    return (Bun.nanoseconds() - startedNanos) / LOOKUPS;
  };
  look();
  const nanos = look();
  if (found !== 2 * LOOKUPS) throw new Error('Cannot find the last route');
  return nanos;
}
