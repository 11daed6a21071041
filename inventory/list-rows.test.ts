import { expect, test } from 'bun:test';

import type { Database } from 'platform/database';
import { MANY_RECORDS, testListReads } from 'platform/list-manners';

import { seedInventory } from './seed-store.ts';
import type { StockBatch } from './seed.ts';
import { createProductStore, type ListQuery, type SortField } from './store.ts';

const list = (sql: Database, query: Partial<ListQuery>) =>
  createProductStore(sql).list({
    q: '',
    page: 0,
    size: 20,
    sort: [],
    archived: false,
    lowStock: false,
    ids: [],
    ...query,
  });

const rowsRead = testListReads<Partial<ListQuery>, SortField>({
  folder: import.meta.dir,
  seed: (sql) =>
    seedInventory(sql, {
      seed: 1,
      count: MANY_RECORDS,
      until: '2026-11-22',
      stock: sales(),
      progress: { update: () => {}, say: () => {} },
    }),
  list,
  sorts: ['name', 'sku', 'unitPrice', 'createdAt'],
  filters: {
    'of nothing': {},
    'of archived ones': { archived: true },
    'of those low in stock': { lowStock: true },
    'searched by two words': { q: 'lampe robuste' },
    'searched by a SKU': { q: 'LMP-012' },
    'searched in vain': { q: 'zzyzx' },
  },
});

test.each(['LMP-012345', 'lampe robuste 1234'])(
  "a search for '%s' reads little more than it finds",
  async (q) => {
    const rows = await rowsRead((sql) => list(sql, { q }));
    expect(rows.length).toBeGreaterThan(0);
    expect(Math.max(...rows)).toBeLessThan(500);
  },
);

test('what is low in stock comes in the order of its index', async () => {
  const rows = await rowsRead((sql) => list(sql, { lowStock: true }));
  expect(rows).toHaveLength(2);
  expect(Math.min(...rows)).toBe(20);
});

/** A few that nearly sell out. */
async function* sales(): AsyncGenerator<StockBatch> {
  const atMs = Date.parse('2026-11-22');
  const common = { atMs, thousandths: -45_000, reason: 'sale', reference: '', note: '' } as const;
  yield {
    reservations: [],
    events: Array.from({ length: 4000 }, (_, n) => ({ ...common, index: n * 7 })),
  };
}
