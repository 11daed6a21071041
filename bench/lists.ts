import { join, resolve } from 'node:path';

import {
  type Customer,
  type Invoice,
  type Product,
  requests,
  type Sample,
} from './lists-requests.ts';
import { startSeededSystem } from './lists-system.ts';
import { writeResults } from './results.ts';

/**
 * Reads lists, searches and figures of 10 thousand invoices and of a million, in turns within a
 * round, so that what else the machine does hits both. What is asked for is drawn from the records
 * themselves. The data is made at the first run, which takes minutes, and kept in `BENCH_DATA`.
 */
const SIZES = {
  small: { customers: 1000, products: 1000, invoices: 10_000 },
  large: { customers: 100_000, products: 20_000, invoices: 1_000_000 },
};
/** Of fewer, the p95 is one or two answers that had bad luck. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 200);
/** As in service, where what is read most is in memory: both servers have just been started. */
const WARM_UP = 60;

type Side = { readonly api: string; readonly sample: Sample; readonly stop: () => Promise<void> };

const folder = resolve(process.env['BENCH_DATA'] ?? join(import.meta.dir, '..', '.data', 'bench'));
const small = await open(SIZES.small);
const large = await open(SIZES.large);
const results = [];
try {
  for (const [name, path] of Object.entries(requests())) results.push(await compare(name, path));
} finally {
  await Promise.all([small.stop(), large.stop()]);
}
const all = {
  name: 'all together',
  small: p95(results.flatMap(({ times }) => times.small)),
  large: p95(results.flatMap(({ times }) => times.large)),
};

console.table(
  [...results, all].map((row) => ({
    asked: row.name,
    'p95 ms of 10,000': row.small.toFixed(1),
    'p95 ms of 1,000,000': row.large.toFixed(1),
    times: (row.large / row.small).toFixed(1),
  })),
);
await writeResults('lists', {
  rounds: ROUNDS,
  all,
  results: results.map(({ name, small, large }) => ({ name, small, large })),
});

async function open(size: (typeof SIZES)['small']): Promise<Side> {
  const { api, stop } = await startSeededSystem(folder, size);
  const read = async <T>(path: string): Promise<T[]> => {
    const pages = await Promise.all(
      [0, 5, 10].map(async (page) => {
        const response = await fetch(
          `${api}${path}${path.includes('?') ? '&' : '?'}size=50&page=${page}`,
        );
        const { items }: { items: T[] } = JSON.parse(await response.text());
        return items;
      }),
    );
    return pages.flat();
  };
  const [invoices, customers, products] = await Promise.all([
    read<Invoice>('/invoices?status=paid'),
    read<Customer>('/customers'),
    read<Product>('/products'),
  ]);
  return { api, stop, sample: { invoices, customers, products } };
}

async function compare(name: string, path: (sample: Sample, n: number) => string) {
  const times: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [side, { api, sample }] of Object.entries({ small, large })) {
      const startedAt = performance.now();
      const response = await fetch(`${api}${path(sample, round + WARM_UP)}`);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${name}: ${response.status}`);
      const took = performance.now() - startedAt;
      if (round >= 0) times[side === 'small' ? 'small' : 'large'].push(took);
    }
  }
  return { name, times, small: p95(times.small), large: p95(times.large) };
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;
}
