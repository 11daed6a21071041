import { MANY_RECORDS, testListReads } from 'platform/list-manners';

import { seedInventory } from './seed-store.ts';
import type { StockBatch } from './seed.ts';
import { createProductStore, type ListQuery, type SortField } from './store.ts';

testListReads<Partial<ListQuery>, SortField>({
  folder: import.meta.dir,
  seed: (sql) =>
    seedInventory(sql, {
      seed: 1,
      count: MANY_RECORDS,
      until: '2026-11-22',
      stock: sales(),
      progress: { update: () => {}, say: () => {} },
    }),
  list: (sql, query) =>
    createProductStore(sql).list({
      q: '',
      page: 0,
      size: 20,
      archived: false,
      lowStock: false,
      ids: [],
      ...query,
    }),
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

/** A few that nearly sell out. */
async function* sales(): AsyncGenerator<StockBatch> {
  const atMs = Date.parse('2026-11-22');
  const common = { atMs, thousandths: -45_000, reason: 'sale', reference: '', note: '' } as const;
  yield {
    reservations: [],
    events: Array.from({ length: 500 }, (_, n) => ({ ...common, index: n * 7 })),
  };
}
