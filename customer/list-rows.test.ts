import { MANY_RECORDS, testListReads } from 'platform/list-manners';

import { seedCustomers } from './seed-store.ts';
import { createCustomerStore, type ListQuery, type SortField } from './store.ts';

testListReads<Partial<ListQuery>, SortField>({
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
