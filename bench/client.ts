import { join } from 'node:path';

import { type Peer, peersOf } from './client-peers.ts';
import { customer } from './client-sample.ts';
import { median, writeResults } from './results.ts';

/**
 * What one call costs its caller: CPU time of this process per read over loopback, the service in
 * another one. Clients take turns within a round, so that what else the machine does hits all of
 * them; the median of the rounds counts, and ratios more than numbers.
 */
const ROUNDS = 7;
/** Of each client first, so that the engine has compiled what is hot before anything counts. */
const WARM_UP_CALLS = 20_000;
const LEVELS = [
  { concurrency: 1, calls: 2000 },
  { concurrency: 32, calls: 8000 },
];

const target = Bun.spawn([process.execPath, join(import.meta.dir, 'client-target.ts')], {
  stdout: 'pipe',
});
const { value } = await target.stdout.getReader().read();
const peers = peersOf(new TextDecoder().decode(value).trim());
for (const peer of peers) {
  await assertReads(peer);
  await cpuPerCall(peer, 32, WARM_UP_CALLS);
}

const results = [];
for (const { concurrency, calls } of LEVELS) {
  const samples = new Map(peers.map(({ name }) => [name, new Array<number>()]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const peer of peers) {
      const micros = await cpuPerCall(peer, concurrency, calls);
      samples.get(peer.name)?.push(micros);
    }
  }
  const baseline = median(samples.get('ky') ?? []);
  for (const [client, values] of samples) {
    const cpuMicros = median(values);
    results.push({ concurrency, client, cpuMicros, ratioToKy: cpuMicros / baseline });
  }
}
target.kill();

console.table(
  results.map(({ cpuMicros, ratioToKy, ...row }) => ({
    ...row,
    'µs CPU per call': cpuMicros.toFixed(1),
    '× ky': ratioToKy.toFixed(2),
  })),
);
const startMs = median(await starts());
console.log(`A contract of 100 operations adds ${startMs.toFixed(1)} ms of CPU time to a start`);
await writeResults('client', { rounds: ROUNDS, results, startMs });

async function starts(): Promise<number[]> {
  const program = join(import.meta.dir, 'client-start.ts');
  const samples = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = Bun.spawn([process.execPath, program], { stdout: 'pipe' });
    samples.push(Number(await child.stdout.text()));
  }
  return samples;
}

/** A client that does not get what the service gives would be quick for nothing. */
async function assertReads({ name, read }: Peer): Promise<void> {
  const got = await read(customer.id);
  if (!Bun.deepEquals(got, customer)) throw new Error(`Cannot measure ${name}: it reads otherwise`);
}

async function cpuPerCall({ read }: Peer, concurrency: number, calls: number): Promise<number> {
  let left = calls;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await read(customer.id);
    }
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
