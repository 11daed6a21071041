import { connect } from 'node:net';

import { load } from './gateway-load.ts';
import { createProcesses } from './gateway-processes.ts';
import { residentMbOf } from './process-cost.ts';
import { writeResults } from './results.ts';

/**
 * Whether the memory of the gateway stays what it is: 200,000 requests, a fifth of which are given
 * up by their clients while they are under way, after 50,000 of the same kind to warm up.
 */
const WARM_UP = 50_000;
const REQUESTS = 200_000;
const PARTS = 20;
const MOST_MORE_MB = 5;

const processes = await createProcesses();
try {
  const { url: upstream } = await processes.peer('bytes');
  const { url, pid } = await processes.gateway({ upstream });
  await mixed(url, WARM_UP);
  const residentMb = [await settledMb(pid)];
  for (let part = 0; part < PARTS; part += 1) {
    await mixed(url, REQUESTS / PARTS);
    residentMb.push(await settledMb(pid));
  }
  // Between two collections of garbage memory goes up and down: halves are compared, not moments.
  const half = PARTS / 2;
  const first = average(residentMb.slice(0, half));
  const second = average(residentMb.slice(-half));
  console.table({
    requests: REQUESTS,
    'RSS MB after the warm-up': residentMb[0]?.toFixed(1),
    'RSS MB, first half': first.toFixed(1),
    'RSS MB, second half': second.toFixed(1),
    'RSS MB at the end': residentMb.at(-1)?.toFixed(1),
    [`grows by at most ${MOST_MORE_MB} MB`]: second - first <= MOST_MORE_MB ? 'yes' : 'NO',
  });
  await writeResults('gateway-memory', { requests: REQUESTS, residentMb });
} finally {
  await processes.stop();
}

async function mixed(url: string, requests: number): Promise<void> {
  const whole = load({ url, path: '/api/customers/1', connections: 16, requests: requests * 0.8 });
  let left = requests * 0.2;
  const leaver = async () => {
    while (left > 0) {
      left -= 1;
      await askAndLeave(url);
    }
  };
  await Promise.all([whole, ...Array.from({ length: 16 }, leaver)]);
}

/** Leaves by a reset, which keeps no port waiting, once the request must have got through. */
async function askAndLeave(url: string): Promise<void> {
  const { port } = new URL(url);
  const closed = Promise.withResolvers<void>();
  const socket = connect(Number(port), '127.0.0.1', () => {
    socket.write('GET /api/customers/slow HTTP/1.1\r\nHost: bench\r\n\r\n');
    setTimeout(() => socket.resetAndDestroy(), 2);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => closed.resolve());
  await closed.promise;
}

/** Once what was given up is over. */
async function settledMb(pid: number): Promise<number> {
  await Bun.sleep(200);
  return residentMbOf(pid);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
