import type postgres from 'postgres';

import type { Database, Queryable } from './database.ts';
import type { Page, SortKey } from './paging.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Totals are exact up to here; counting further would cost more than it tells. */
const COUNTED_EXACTLY = 10_000;

/**
 * One page of a list: `select {columns} from {source} where {where}`, sorted by the fields asked
 * for and then by id, so that no row is shown twice or never. `columnOf` names the SQL column of
 * each field that may be sorted by.
 */
export async function readPage<Row extends object, F extends string>(
  sql: Database,
  query: {
    readonly columns: Fragment;
    readonly source: Fragment;
    readonly where: Fragment;
    readonly columnOf: Readonly<Record<F, string>>;
    readonly defaultSort: readonly SortKey<F>[];
    /**
     * Said of columns that are never null: an index on column and id then serves both directions.
     * Otherwise nulls come last in both, for which descending needs an index of its own.
     */
    readonly neverNull?: boolean;
    readonly sort: readonly SortKey<F>[];
    readonly page: number;
    readonly size: number;
  },
): Promise<Page<Row>> {
  const { columns, source, where, page, size } = query;
  const keys = query.sort.length > 0 ? query.sort : query.defaultSort;
  const downwards = query.neverNull ? sql`desc` : sql`desc nulls last`;
  const order = keys.reduce(
    (sorted, { field, descending }) => {
      const name: string = query.columnOf[field];
      return sql`${sorted} ${sql(name)} ${descending ? downwards : sql`asc`},`;
    },
    sql``,
  );
  const isUpsideDown = query.neverNull === true && keys.every(({ descending }) => descending);
  const tieBreaker = isUpsideDown ? sql`id desc` : sql`id`;
  const [items, [counted]] = await Promise.all([
    sql<Row[]>`
      select ${columns}
      from ${source}
      where ${where}
      order by ${order} ${tieBreaker}
      limit ${size}
      offset ${page * size}
    `,
    sql<{ total: number }[]>`
      select count(*)::int as total
      from (select 1 from ${source} where ${where} limit ${COUNTED_EXACTLY + 1}) as counted
    `,
  ]);
  const total = counted?.total ?? 0;
  return {
    items: [...items],
    page,
    size,
    total: Math.min(total, COUNTED_EXACTLY),
    totalIsExact: total <= COUNTED_EXACTLY,
  };
}

/**
 * A condition that every word of `q` is in the column `search`, whatever its case and accents; true
 * for an empty `q`.
 */
export function foundByWords(sql: Queryable, q: string): Fragment {
  const words = q.split(/\s+/).filter(Boolean);
  return words.reduce<Fragment>(
    (where, word) => sql`${where} and search like search_text(${containing(word)})`,
    sql`true`,
  );
}

/** A pattern for `like` that finds `q` anywhere, with its own `%`, `_` and `\` taken literally. */
export function containing(q: string): string {
  return `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
