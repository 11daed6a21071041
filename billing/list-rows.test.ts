import { expect, test } from 'bun:test';

import type { Database } from 'platform/database';
import { MANY_RECORDS, MOST_ROWS, testListReads } from 'platform/list-manners';

import { readFigures } from './figures-store.ts';
import { listInvoices, type ListQuery, type SortField } from './list-store.ts';
import { seedInvoices } from './seed-store.ts';

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
  siren: String(300_000_000 + index),
  vatNumber: '',
});
const productAt = (index: number) => ({
  id: idOf(2, index),
  sku: `SKU-${index}`,
  name: `Lampe ${index}`,
  unit: 'pièce',
  unitPrice: `${5 + (index % 90)}.90`,
  vatRateBp: index % 5 === 0 ? 550 : 2000,
  vatCategory: 'S' as const,
  trackStock: true,
});

const list = (sql: Database, query: Partial<ListQuery>) =>
  listInvoices(sql, { q: '', sort: [], page: 0, size: 20, ...query });

const rowsRead = testListReads<Partial<ListQuery>, SortField>({
  folder: import.meta.dir,
  seed: (sql) =>
    seedInvoices(sql, {
      world: {
        seed: 1,
        count: MANY_RECORDS,
        until: new Date().toISOString().slice(0, 10),
        customers: { count: 4000, at: customerAt },
        products: { count: 1000, at: productAt },
      },
      onStock: () => Promise.resolve(),
      onMade: () => Promise.resolve(),
      progress: { update: () => {}, say: () => {} },
    }),
  list,
  sorts: ['number', 'customerName', 'issueDate', 'dueDate', 'grossMinor', 'createdAt'],
  filters: {
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
  },
});

test('the invoices of a year are read from the end of their numbers', async () => {
  const rows = await rowsRead((sql) => list(sql, { q: 'F2024' }));
  expect(rows.length).toBeGreaterThanOrEqual(2);
  expect(Math.max(...rows)).toBeLessThan(MOST_ROWS);
});

test.each(['garage2 1462 sarl', '300001462', '01462', '2024-00042', '1234', '123,45'])(
  "a search for '%s' reads little more than it finds",
  async (q) => {
    const rows = await rowsRead((sql) => list(sql, { q }));
    expect(rows.length).toBeGreaterThan(0);
    expect(Math.max(...rows)).toBeLessThan(500);
  },
);

test('the figures of the dashboard read sums, not invoices', async () => {
  const rows = await rowsRead((sql) => readFigures(sql, { currency: 'EUR' }));
  expect(rows.length).toBeGreaterThan(3);
  expect(Math.max(...rows)).toBeLessThan(2000);
});
