import { expect, test } from 'bun:test';

import { MANY_RECORDS, testListReads } from 'platform/list-manners';

import { seedCustomers } from './seed-store.ts';
import { createCustomerStore, type ListQuery, type SortField } from './store.ts';

const rowsRead = testListReads<Partial<ListQuery>, SortField>({
  folder: import.meta.dir,
  seed: (sql) =>
    seedCustomers(sql, {
      seed: 1,
      count: MANY_RECORDS,
      until: '2026-11-22',
      progress: { update: () => {}, say: () => {} },
    }),
  list: (sql, query) =>
    createCustomerStore(sql).list({ q: '', page: 0, size: 20, archived: false, ids: [], ...query }),
  sorts: ['name', 'email', 'city', 'createdAt'],
  filters: {
    'of nothing': {},
    'of archived ones': { archived: true },
    'searched by two words': { q: 'garage dupont' },
    'searched by a town': { q: 'saint-etienne' },
    'searched by an address': { q: 'helene.dupont.1234@example.com' },
    'searched by what all have': { q: 'xample.com' },
    'searched by one letter': { q: 'm' },
    'searched in vain': { q: 'zzyzx' },
  },
});

test.each(['Boulangerie Vasseur SA', 'vasseur.12345@example.com', '12345@', '443 061'])(
  "a search for '%s' reads little more than it finds",
  async (q) => {
    const rows = await rowsRead((sql) => {
      const query = { q, page: 0, size: 20, sort: [], archived: false, ids: [] };
      return createCustomerStore(sql).list(query);
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(Math.max(...rows)).toBeLessThan(500);
  },
);
