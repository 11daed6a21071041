import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { type TestDatabase, testDatabase } from 'platform/testing';
import { rowsRead } from 'platform/testing-rows';

import { seedInventory } from './seed-store.ts';
import type { StockBatch } from './seed.ts';
import { createProductStore, type ListQuery, type SortField } from './store.ts';

/** Enough that a list which reads all of them is far beyond what it may. */
const PRODUCTS = 30_000;
/** What a list counts at most, and some pages beside. */
const MOST = 10_001 + 2000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  await seedInventory(database.sql, {
    seed: 1,
    count: PRODUCTS,
    until: '2026-11-22',
    stock: sales(),
    progress: { update: () => {}, say: () => {} },
  });
}, 60_000);
afterAll(() => database.drop());

/** A few that nearly sell out. */
async function* sales(): AsyncGenerator<StockBatch> {
  const atMs = Date.parse('2026-11-22');
  const common = { atMs, thousandths: -45_000, reason: 'sale', reference: '', note: '' } as const;
  yield {
    reservations: [],
    events: Array.from({ length: 500 }, (_, n) => ({ ...common, index: n * 7 })),
  };
}

const SORTS: readonly SortField[] = ['name', 'sku', 'unitPrice', 'createdAt'];
const FILTERS: Readonly<Record<string, Partial<ListQuery>>> = {
  'of nothing': {},
  'of archived ones': { archived: true },
  'of those low in stock': { lowStock: true },
  'searched by two words': { q: 'lampe robuste' },
  'searched by a SKU': { q: 'LMP-012' },
  'searched in vain': { q: 'zzyzx' },
};

test.each(Object.keys(FILTERS))('a list %s reads few rows, however it is sorted', async (name) => {
  const read = await rowsRead(database.url, async (sql) => {
    const { list } = createProductStore(sql);
    const query = {
      q: '',
      page: 0,
      size: 20,
      archived: false,
      lowStock: false,
      ids: [],
      ...FILTERS[name],
    };
    await list({ ...query, sort: [] });
    for (const field of SORTS) {
      await list({ ...query, sort: [{ field, descending: false }] });
      await list({ ...query, sort: [{ field, descending: true }] });
    }
  });
  expect(read.length).toBeGreaterThanOrEqual(18);
  expect(Math.max(...read.map(({ rows }) => rows))).toBeLessThan(MOST);
});
