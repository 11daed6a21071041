import type postgres from 'postgres';

import type { Queryable } from './database.ts';
import type { SortKey } from './paging.ts';

export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** What a page is read of: `select {columns} from {source} where {where}`. */
export type PageQuery<F extends string> = {
  readonly columns: Fragment;
  readonly source: Fragment;
  /** Of a search: the source with what is joined to it, where the words are looked for. */
  readonly searched?: Fragment | undefined;
  readonly where: Fragment;
  /** The SQL column of each field that may be sorted by. */
  readonly columnOf: Readonly<Record<F, string>>;
  readonly defaultSort: readonly SortKey<F>[];
  /**
   * Of a search: what comes first where no sort is asked for, the best first. Each of these
   * conditions is answered by an index.
   */
  readonly ranking?: readonly Fragment[] | undefined;
  /** That an index has what is asked for, and nothing else, in the order of the sort. */
  readonly isInOrder?: boolean | undefined;
  readonly sort: readonly SortKey<F>[];
  readonly page: number;
  readonly size: number;
};

/** Part of a list, and how many rows the whole of it has, as far as they are counted. */
export type Counted<Row> = { readonly items: Row[]; readonly total: number };

/** Totals are exact up to here; counting further would cost more than it tells. */
export const COUNTED_EXACTLY = 10_000;

/**
 * The fields asked for and then the id, so that no row is shown twice or never; descending is the
 * exact reverse, which one index on column and id serves as well.
 */
export function orderOf(sql: Queryable, query: PageQuery<string>): Fragment {
  const order = sortColumns(query).reduce(
    (sorted, { name, descending }) =>
      sql`${sorted} ${sql(name)} ${descending ? sql`desc` : sql`asc`},`,
    sql``,
  );
  const isUpsideDown = sortColumns(query).every(({ descending }) => descending);
  return sql`${order} ${isUpsideDown ? sql`id desc` : sql`id`}`;
}

/** The columns that are sorted by before the id. */
export function sortColumns({ sort, defaultSort, columnOf }: PageQuery<string>) {
  const keys = sort.length > 0 ? sort : defaultSort;
  return keys.map(({ field, descending }) => ({ name: columnOf[field] ?? field, descending }));
}
