import { join, resolve } from 'node:path';

import { startSeededSystem } from './lists-system.ts';

/**
 * Reads lists, searches and figures of 10 thousand invoices and of a million, in turns within a
 * round, so that what else the machine does hits both. What is asked for is drawn from the records
 * themselves. The data is made at the first run and kept in `BENCH_DATA`.
 */
/** Of fewer, the p95 is one or two answers that had bad luck. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 200);
/** As in service, where what is read most is in memory: both servers have just been started. */
const WARM_UP = 60;
const SIZES = {
  small: { customers: 1000, products: 1000, invoices: 10_000 },
  large: { customers: 100_000, products: 20_000, invoices: 1_000_000 },
};

type Invoice = {
  readonly number: string | null;
  readonly customerId: string;
  readonly customerName: string;
  readonly grossMinor: number;
  readonly issueDate: string | null;
};
type Customer = { readonly name: string; readonly email: string };
type Product = { readonly name: string; readonly sku: string };
type Sample = {
  readonly invoices: readonly Invoice[];
  readonly customers: readonly Customer[];
  readonly products: readonly Product[];
};
type Side = { readonly api: string; readonly sample: Sample; readonly stop: () => Promise<void> };

const invoice = ({ invoices }: Sample, n: number): Invoice => at(invoices, n);
const words = encodeURIComponent;

const folder = resolve(process.env['BENCH_DATA'] ?? join(import.meta.dir, '..', '.data', 'bench'));
const small = await open(SIZES.small);
const large = await open(SIZES.large);
const results = [];
for (const [name, path] of Object.entries(requests())) results.push(await compare(name, path));
const all = {
  name: 'all together',
  small: p95(results.flatMap(({ times }) => times.small)),
  large: p95(results.flatMap(({ times }) => times.large)),
};
await Promise.all([small.stop(), large.stop()]);

console.table(
  [...results, all].map((row) => ({
    asked: row.name,
    'p95 ms of 10,000': row.small.toFixed(1),
    'p95 ms of 1,000,000': row.large.toFixed(1),
    times: (row.large / row.small).toFixed(1),
  })),
);
await Bun.write(
  join(import.meta.dir, 'results', 'lists.json'),
  `${JSON.stringify(
    {
      bun: Bun.version,
      rounds: ROUNDS,
      all,
      results: results.map(({ name, small, large }) => ({ name, small, large })),
    },
    null,
    2,
  )}\n`,
);

/** What a day in the web app asks for; `n` is the round. */
function requests(): Record<string, (sample: Sample, n: number) => string> {
  return {
    'invoices, newest first': () => '/invoices',
    'invoices, page 50': () => '/invoices?page=50',
    'invoices by number': (_, n) => `/invoices?sort=${n % 2 ? '-' : ''}number`,
    'invoices by customer': (_, n) => `/invoices?sort=${n % 2 ? '-' : ''}customerName`,
    'invoices by amount': (_, n) => `/invoices?sort=${n % 2 ? '-' : ''}grossMinor`,
    'open invoices': () => '/invoices?status=open',
    'overdue invoices, oldest due first': () => '/invoices?state=overdue&sort=dueDate',
    'partly paid invoices': () => '/invoices?state=partly-paid',
    'invoices of a customer': (sample, n) =>
      `/invoices?customerId=${invoice(sample, n).customerId}`,
    'invoices of a day': (sample, n) => {
      const day = invoice(sample, n).issueDate ?? '2026-01-01';
      return `/invoices?issuedFrom=${day}&issuedTo=${day}`;
    },
    'search by series and year': () => '/invoices?q=F2025',
    'search by number': (sample, n) => `/invoices?q=${invoice(sample, n).number ?? ''}`,
    'search by customer': (sample, n) => `/invoices?q=${words(invoice(sample, n).customerName)}`,
    'search by amount': (sample, n) => `/invoices?q=${invoice(sample, n).grossMinor / 100}`,
    'figures of the dashboard': () => '/figures',
    customers: (_, n) => `/customers?sort=${n % 2 ? '-' : ''}name`,
    'search a customer by e-mail': ({ customers }, n) =>
      `/customers?q=${words(at(customers, n).email)}`,
    'search a customer by name': ({ customers }, n) =>
      `/customers?q=${words(at(customers, n).name)}`,
    products: (_, n) => `/products?sort=${n % 2 ? '-' : ''}name`,
    'products low in stock': () => '/products?lowStock=true',
    'search a product by SKU': ({ products }, n) => `/products?q=${at(products, n).sku}`,
    'search a product by name': ({ products }, n) => `/products?q=${words(at(products, n).name)}`,
  };
}

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

function at<T>(list: readonly T[], n: number): T {
  const item = list[(n * 7) % list.length];
  if (item === undefined) throw new Error('There is nothing to ask for');
  return item;
}
