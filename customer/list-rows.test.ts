import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { type TestDatabase, testDatabase } from 'platform/testing';
import { rowsRead } from 'platform/testing-rows';

import { seedCustomers } from './seed-store.ts';
import { createCustomerStore, type ListQuery, type SortField } from './store.ts';

/** Enough that a list which reads all of them is far beyond what it may. */
const CUSTOMERS = 30_000;
/** What a list counts at most, and some pages beside. */
const MOST = 10_001 + 2000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  await seedCustomers(database.sql, {
    seed: 1,
    count: CUSTOMERS,
    until: '2026-11-22',
    progress: { update: () => {}, say: () => {} },
  });
}, 60_000);
afterAll(() => database.drop());

const SORTS: readonly SortField[] = ['name', 'email', 'city', 'createdAt'];
const FILTERS: Readonly<Record<string, Partial<ListQuery>>> = {
  'of nothing': {},
  'of archived ones': { archived: true },
  'searched by two words': { q: 'garage dupont' },
  'searched by a town': { q: 'saint-etienne' },
  'searched by an address': { q: 'helene.dupont.1234@example.com' },
  'searched by what all have': { q: 'xample.com' },
  'searched by one letter': { q: 'm' },
  'searched in vain': { q: 'zzyzx' },
};

test.each(Object.keys(FILTERS))('a list %s reads few rows, however it is sorted', async (name) => {
  const read = await rowsRead(database.url, async (sql) => {
    const { list } = createCustomerStore(sql);
    const query = { q: '', page: 0, size: 20, archived: false, ids: [], ...FILTERS[name] };
    await list({ ...query, sort: [] });
    for (const field of SORTS) {
      await list({ ...query, sort: [{ field, descending: false }] });
      await list({ ...query, sort: [{ field, descending: true }] });
    }
  });
  expect(read.length).toBeGreaterThanOrEqual(18);
  expect(Math.max(...read.map(({ rows }) => rows))).toBeLessThan(MOST);
});
