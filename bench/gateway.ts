import { join } from 'node:path';

import { load } from './gateway-load.ts';
import { cpuMicrosOf, residentMbOf } from './process-cost.ts';

/**
 * What one forwarded request costs: CPU time of the proxy's process per request, with the rate and
 * the latency beside it, one upstream for all. The proxies take turns within a round, so that what
 * else the machine does hits all of them; the median of the rounds counts, ratios more than numbers.
 */
const ROUNDS = 5;
const REQUESTS = 10_000;
const WARM_UP = 40_000;
const CONNECTIONS = 32;
const LIMIT = { BUN_CONFIG_MAX_HTTP_REQUESTS: '4096' };

type Peer = { readonly name: string; readonly url: string; readonly pid: number };
const running: Bun.Subprocess[] = [];

const upstream = await startPeer('upstream', '');
const peers = [
  await startPeer('bare', upstream.url),
  await startPeer('smallest', upstream.url),
  await startPeer('hono', upstream.url),
  await startGateway(upstream.url),
];

// Until the compiler has nothing left to do, which is work that no later request pays for.
for (const peer of peers) await measure(peer, WARM_UP);

const samples = new Map(peers.map(({ name }) => [name, new Array<Sample>()]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const peer of peers) samples.get(peer.name)?.push(await measure(peer));
}
const smallest = median(samples.get('smallest') ?? [], ({ cpuMicros }) => cpuMicros);
const results = peers.map(({ name, pid }) => {
  const own = samples.get(name) ?? [];
  const cpuMicros = median(own, (sample) => sample.cpuMicros);
  return {
    name,
    cpuMicros,
    ratioToSmallest: cpuMicros / smallest,
    requestsPerSecond: median(own, (sample) => sample.requestsPerSecond),
    p50Ms: median(own, (sample) => sample.p50Ms),
    p99Ms: median(own, (sample) => sample.p99Ms),
    residentMb: residentMbOf(pid),
  };
});
for (const child of running) child.kill();

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
await Bun.write(
  join(import.meta.dir, 'results', 'gateway.json'),
  `${JSON.stringify({ bun: Bun.version, rounds: ROUNDS, connections: CONNECTIONS, results }, null, 2)}\n`,
);

type Sample = Awaited<ReturnType<typeof load>> & { readonly cpuMicros: number };

async function measure({ url, pid }: Peer, requests = REQUESTS): Promise<Sample> {
  const before = cpuMicrosOf(pid);
  const result = await load({
    url,
    path: '/api/customers/1?x=1',
    connections: CONNECTIONS,
    requests,
  });
  return { ...result, cpuMicros: (cpuMicrosOf(pid) - before) / requests };
}

async function startPeer(name: string, target: string): Promise<Peer> {
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, 'gateway-peers.ts'), name, target],
    { stdout: 'pipe', env: { ...process.env, ...LIMIT } },
  );
  running.push(child);
  const { value } = await child.stdout.getReader().read();
  return { name, url: new TextDecoder().decode(value).trim(), pid: child.pid };
}

/** The gateway as it is started for real, with the filters of its own table. */
async function startGateway(target: string): Promise<Peer> {
  const { port } = new URL(target);
  const own = await freePort();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../gateway/main.ts')], {
    stdout: 'ignore',
    env: {
      ...process.env,
      ...LIMIT,
      PORT: String(own),
      GATEWAY_ROUTES: 'static',
      CUSTOMER_PORT: port,
      EUREKA_URL: 'http://127.0.0.1:1/eureka',
    },
  });
  running.push(child);
  const url = `http://127.0.0.1:${own}`;
  while (!(await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) await Bun.sleep(20);
  return { name: 'gateway', url, pid: child.pid };
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  const { port = 0 } = server;
  await server.stop(true);
  return port;
}

function median<T>(items: readonly T[], value: (item: T) => number): number {
  const sorted = items.map(value).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
