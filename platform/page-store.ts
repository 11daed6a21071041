import type postgres from 'postgres';

import type { Database, Queryable } from './database.ts';
import type { Page, SortKey } from './paging.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** Totals are exact up to here; counting further would cost more than it tells. */
const COUNTED_EXACTLY = 10_000;

/**
 * What is found is sorted by itself while it is no more than this. Of more, the index of the sort is
 * read until enough is found; of less, that could be nearly all of it, when what is found lies at its
 * other end, which PostgreSQL does not reckon with.
 */
const SORTED_BY_ITSELF = 5000;

type PageQuery<F extends string> = {
  readonly columns: Fragment;
  readonly source: Fragment;
  readonly where: Fragment;
  readonly columnOf: Readonly<Record<F, string>>;
  readonly defaultSort: readonly SortKey<F>[];
  /** What a search without a sort gives first; see `bestMatches`. */
  readonly wanted?: Wanted;
  readonly sort: readonly SortKey<F>[];
  readonly page: number;
  readonly size: number;
};

/**
 * One page of a list: `select {columns} from {source} where {where}`, sorted by the fields asked
 * for and then by id, so that no row is shown twice or never; descending is the exact reverse, which
 * one index on column and id serves as well. `columnOf` names the SQL column of
 * each field that may be sorted by.
 */
export async function readPage<Row extends { readonly id: unknown }, F extends string>(
  sql: Database,
  query: PageQuery<F>,
): Promise<Page<Row>> {
  const { columns, source, where, wanted, page, size } = query;
  const counting = sql<{ total: number }[]>`
    select count(*)::int as total
    from (select 1 from ${source} where ${where} limit ${COUNTED_EXACTLY + 1}) as counted
  `;
  const [best, [counted]] = await Promise.all([
    wanted && query.sort.length === 0 ? bestMatches(sql, query, wanted) : [],
    counting,
  ]);
  const total = counted?.total ?? 0;
  const bestHere = best.slice(page * size, (page + 1) * size);
  const found =
    total <= SORTED_BY_ITSELF
      ? sql`(select * from ${source} where ${where} offset 0) as ${source} where true`
      : sql`${source} where ${where}`;
  const [bestRows, otherRows] = await Promise.all([
    bestHere.length === 0
      ? []
      : sql<Row[]>`select ${columns} from ${source} where id = any(${bestHere}::uuid[])`,
    sql<Row[]>`
      select ${columns}
      from ${found} ${best.length === 0 ? sql`` : sql`and id <> all(${best}::uuid[])`}
      order by ${orderOf(sql, query)}
      limit ${size - bestHere.length}
      offset ${Math.max(0, page * size - best.length)}
    `,
  ]);
  const placeOf = ({ id }: Row) => bestHere.indexOf(String(id));
  return {
    items: [...bestRows.toSorted((a, b) => placeOf(a) - placeOf(b)), ...otherRows],
    page,
    size,
    total: Math.min(total, COUNTED_EXACTLY),
    totalIsExact: total <= COUNTED_EXACTLY,
  };
}

function orderOf<F extends string>(sql: Database, query: PageQuery<F>): Fragment {
  const keys = query.sort.length > 0 ? query.sort : query.defaultSort;
  const order = keys.reduce(
    (sorted, { field, descending }) => {
      const name: string = query.columnOf[field];
      return sql`${sorted} ${sql(name)} ${descending ? sql`desc` : sql`asc`},`;
    },
    sql``,
  );
  const isUpsideDown = keys.every(({ descending }) => descending);
  return sql`${order} ${isUpsideDown ? sql`id desc` : sql`id`}`;
}

type Wanted = {
  /** What is searched for, of which the column `search` has a field per line. */
  readonly q: string;
  /** That a row is named exactly so; an index must answer it. */
  readonly exact: Fragment;
};

/**
 * The ids of the best matches: what is named exactly so, then where the first field starts so, then
 * where another does. They are few, so that a search that finds much costs no more.
 */
async function bestMatches(
  sql: Database,
  { source, where }: Pick<PageQuery<string>, 'source' | 'where'>,
  { q, exact }: Wanted,
): Promise<string[]> {
  if (q === '') return [];
  const start = containing(q).slice(1);
  const first = sql`search like search_text(${start})`;
  const other = sql`search like search_text(${`%\n${start}`})`;
  const rows = await sql<{ id: string }[]>`
    select id
    from ${source}
    where id = any(array(
      (select id from ${source} where ${where} and ${exact} limit ${BEST})
      union all
      (select id from ${source} where ${where} and (${first} or ${other}) limit ${CANDIDATES})
    ))
    order by (${exact}) desc, (${first}) desc, search, id
    limit ${BEST}
  `;
  return rows.map(({ id }) => id);
}

const BEST = 20;
const CANDIDATES = 200;

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
