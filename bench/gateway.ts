import { load, type LoadResult } from './gateway-load.ts';
import { createProcesses, type Peer } from './gateway-processes.ts';
import { cpuMicrosOf, residentMbOf } from './process-cost.ts';
import { median, writeResults } from './results.ts';

/**
 * What one forwarded request costs: CPU time of the proxy's process per request, with the rate and
 * the latency beside it, one upstream for all. The proxies take turns within a round, so that what
 * else the machine does hits all of them; the median of the rounds counts, ratios more than numbers.
 */
const ROUNDS = 5;
const REQUESTS = 10_000;
const WARM_UP = 40_000;
const CONNECTIONS = 32;

type Sample = LoadResult & { readonly cpuMicros: number };

const processes = await createProcesses();
try {
  const { url: upstream } = await processes.peer('upstream');
  const peers = [
    await processes.peer('bare', upstream),
    await processes.peer('smallest', upstream),
    await processes.peer('hono', upstream),
    await processes.gateway({ upstream }),
    ...(await processes.installed(upstream)),
  ];
  // Until the compiler has nothing left to do, which is work that no later request pays for.
  for (const peer of peers) await measure(peer, WARM_UP);

  const samples = new Map(peers.map(({ name }) => [name, new Array<Sample>()]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const peer of peers) samples.get(peer.name)?.push(await measure(peer));
  }
  const smallest = median((samples.get('smallest') ?? []).map(({ cpuMicros }) => cpuMicros));
  const results = peers.map(({ name, pid }) => {
    const own = samples.get(name) ?? [];
    const cpuMicros = median(own.map((sample) => sample.cpuMicros));
    return {
      name,
      cpuMicros,
      ratioToSmallest: cpuMicros / smallest,
      requestsPerSecond: median(own.map((sample) => sample.requestsPerSecond)),
      p50Ms: median(own.map((sample) => sample.p50Ms)),
      p99Ms: median(own.map((sample) => sample.p99Ms)),
      residentMb: residentMbOf(pid),
    };
  });
  console.table(
    results.map((result) => ({
      proxy: result.name,
      'µs CPU per request': result.cpuMicros.toFixed(1),
      '× smallest': result.ratioToSmallest.toFixed(2),
      'req/s': Math.round(result.requestsPerSecond),
      'p50 ms': result.p50Ms.toFixed(2),
      'p99 ms': result.p99Ms.toFixed(2),
      'RSS MB': Math.round(result.residentMb),
    })),
  );
  await writeResults('gateway', { rounds: ROUNDS, connections: CONNECTIONS, results });
} finally {
  await processes.stop();
}

async function measure({ url, pid }: Peer, requests = REQUESTS): Promise<Sample> {
  const path = '/api/customers/1?x=1';
  const before = cpuMicrosOf(pid);
  const result = await load({ url, path, connections: CONNECTIONS, requests });
  return { ...result, cpuMicros: (cpuMicrosOf(pid) - before) / requests };
}
