import type { Database } from './database.ts';
import { type Counted, COUNTED_EXACTLY, orderOf, type PageQuery } from './page-order-store.ts';
import type { Page } from './paging.ts';
import { readFound } from './search-page-store.ts';

/**
 * What is listed is sorted by itself while it is no more than this. Of more, the index of the sort is
 * read until enough is found; of less, that could be nearly all of it, when what is listed lies at its
 * other end, which PostgreSQL does not reckon with.
 */
const SORTED_BY_ITSELF = 5000;

/** One page of a list or of a search, with the total. */
export async function readPage<Row extends { readonly id: unknown }, F extends string>(
  sql: Database,
  query: PageQuery<F>,
): Promise<Page<Row>> {
  const { page, size, ranking } = query;
  const { items, total } =
    ranking === undefined
      ? await readListed<Row>(sql, query)
      : await readFound<Row>(sql, query, ranking);
  return {
    items,
    page,
    size,
    total: Math.min(total, COUNTED_EXACTLY),
    totalIsExact: total <= COUNTED_EXACTLY,
  };
}

async function readListed<Row extends object>(
  sql: Database,
  query: PageQuery<string>,
): Promise<Counted<Row>> {
  const { columns, source, where, page, size } = query;
  const isInOrder = query.isInOrder === true && query.sort.length <= 1;
  const counting = sql<{ total: number }[]>`
    select count(*)::int as total
    from (select 1 from ${source} where ${where} limit ${COUNTED_EXACTLY + 1}) as counted
  `.then(([counted]) => counted?.total ?? 0);
  const listed =
    !isInOrder && (await counting) <= SORTED_BY_ITSELF
      ? sql`(select * from ${source} where ${where} offset 0) as ${source} where true`
      : sql`${source} where ${where}`;
  const reading = sql<Row[]>`
    select ${columns}
    from ${listed}
    order by ${orderOf(sql, query)}
    limit ${size}
    offset ${page * size}
  `;
  const [total, items] = await Promise.all([counting, reading]);
  return { items, total };
}
