import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import type { Database } from 'platform/database';
import { type TestDatabase, testDatabase } from 'platform/testing';
import { rowsRead } from 'platform/testing-rows';

import { readFigures } from './figures-store.ts';
import { listInvoices, type ListQuery, type SortField } from './list-store.ts';
import { seedInvoices } from './seed-store.ts';

/** Enough that a list which reads all of them is far beyond what it may. */
const INVOICES = 30_000;
/** What a list counts at most, and some pages beside. */
const MOST = 10_001 + 2000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  await seedInvoices(database.sql, {
    world: {
      seed: 1,
      count: INVOICES,
      until: new Date().toISOString().slice(0, 10),
      customers: { count: 4000, at: customerAt },
      products: { count: 1000, at: productAt },
    },
    onStock: () => Promise.resolve(),
    onMade: () => Promise.resolve(),
    progress: { update: () => {}, say: () => {} },
  });
}, 60_000);
afterAll(() => database.drop());

const idOf = (kind: number, index: number) =>
  `0193000${kind}-0000-7000-8000-${String(index).padStart(12, '0')}`;
const customerAt = (index: number) => ({
  id: idOf(1, index),
  name: `${['Dupont', 'Lefèvre', 'Garage', 'Œuvrard'][index % 4]}${index % 5} ${index} SARL`,
  email: '',
  street: '',
  postalCode: '',
  city: '',
  country: 'FR',
  siren: '',
  vatNumber: '',
});
const productAt = (index: number) => ({
  id: idOf(2, index),
  sku: `SKU-${index}`,
  name: `Lampe ${index}`,
  unit: 'pièce',
  unitPrice: `${5 + (index % 90)}.90`,
  vatRateBp: index % 5 === 0 ? 550 : 2000,
  trackStock: true,
});

const SORTS: readonly SortField[] = [
  'number',
  'customerName',
  'issueDate',
  'dueDate',
  'grossMinor',
  'createdAt',
];
const FILTERS: Readonly<Record<string, Partial<ListQuery>>> = {
  'of nothing': {},
  'of drafts': { status: 'draft' },
  'of open ones': { status: 'open' },
  'of paid ones': { status: 'paid' },
  'of void ones': { status: 'void' },
  'of uncollectible ones': { status: 'uncollectible' },
  'of overdue ones': { state: 'overdue' },
  'of partly paid ones': { state: 'partly-paid' },
  'of credited ones': { state: 'credited' },
  'of a customer': { customerId: idOf(1, 7) },
  'of a currency': { currency: 'EUR' },
  'of another currency': { currency: 'USD' },
  'of a month': { issuedFrom: '2025-03-01', issuedTo: '2025-03-31' },
  'due in a week': { dueFrom: '2025-03-01', dueTo: '2025-03-07' },
  'paid on a day': { paidFrom: '2025-03-03', paidTo: '2025-03-03' },
  'searched by a common word': { q: 'sarl' },
  'searched by a frequent name': { q: 'dupont3' },
  'searched by one customer': { q: 'lefevre2 1337' },
  'searched by a number': { q: 'F2024-00042' },
  'searched by an amount': { q: '123,45' },
  'searched in vain': { q: 'zzyzx' },
};

const list = (query: Partial<ListQuery>) => (sql: Database) =>
  listInvoices(sql, { q: '', sort: [], page: 0, size: 20, ...query });

test.each(Object.keys(FILTERS))('a list %s reads few rows, however it is sorted', async (name) => {
  const sorts = SORTS.flatMap((field) =>
    [false, true].map((descending) => ({ field, descending })),
  );
  const read = await rowsRead(database.url, async (sql) => {
    await list(FILTERS[name] ?? {})(sql);
    for (const sort of sorts) await list({ ...FILTERS[name], sort: [sort] })(sql);
  });
  expect(read.length).toBeGreaterThanOrEqual(26);
  expect(Math.max(...read.map(({ rows }) => rows))).toBeLessThan(MOST);
});

test('the invoices of a year are read from the end of their numbers', async () => {
  const read = await rowsRead(database.url, list({ q: 'F2024' }));
  expect(read.length).toBeGreaterThanOrEqual(2);
  expect(Math.max(...read.map(({ rows }) => rows))).toBeLessThan(MOST);
});

test('the figures of the dashboard read sums, not invoices', async () => {
  const read = await rowsRead(database.url, (sql) => readFigures(sql, { currency: 'EUR' }));
  expect(read.length).toBeGreaterThan(3);
  expect(Math.max(...read.map(({ rows }) => rows))).toBeLessThan(2000);
});
