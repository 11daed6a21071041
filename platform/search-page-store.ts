import type { Database, Queryable } from './database.ts';
import {
  type Counted,
  COUNTED_EXACTLY,
  type Fragment,
  orderOf,
  type PageQuery,
  sortColumns,
} from './page-order-store.ts';

type Ranking = readonly Fragment[];

/**
 * Part of what a search finds, the best matches first where no sort is asked for. Looking for it
 * costs more than what is found, so that page and total come of one look.
 */
export async function readFound<Row extends { readonly id: unknown }>(
  sql: Database,
  query: PageQuery<string>,
  ranking: Ranking,
): Promise<Counted<Row>> {
  const { columns, source, searched = source, where, page, size } = query;
  const ranks = query.sort.length === 0 ? ranking : [];
  const sorted = new Set(sortColumns(query).map(({ name }) => name));
  const rows = await plannedForItself(sql<(Row & { readonly total: number })[]>`
    with found as materialized (
      select id, ${rankOf(sql, ranks)} as rank, ${sql([...sorted])}
      from ${searched}
      where ${where}
      limit ${COUNTED_EXACTLY + 1}
    ), counted as (
      select count(*)::int as total from found
    )
    select total, ${columns}
    from counted
    left join unnest(array(
      select id
      from found
      where (select total from counted) <= ${COUNTED_EXACTLY}
      order by rank, ${orderOf(sql, query)}
      limit ${size}
      offset ${page * size}
    )) with ordinality as shown (id, place) on true
    left join ${source} using (id)
    order by place
  `);
  const total = rows[0]?.total ?? 0;
  if (total > COUNTED_EXACTLY) return { items: await readMany(sql, query, ranks), total };
  return { items: rows.filter(({ id }) => id !== null), total };
}

/** Of much that is found, only some of the best come first; the rest is read in its order. */
async function readMany<Row extends { readonly id: unknown }>(
  sql: Database,
  query: PageQuery<string>,
  ranks: Ranking,
): Promise<Row[]> {
  const { columns, source, searched = source, where, page, size } = query;
  const best = ranks.length === 0 ? [] : await bestOf(sql, query, ranks);
  const bestHere = best.slice(page * size, (page + 1) * size);
  const [bestRows, otherRows] = await Promise.all([
    bestHere.length === 0
      ? []
      : sql<Row[]>`select ${columns} from ${source} where id = any(${bestHere}::uuid[])`,
    plannedForItself(sql<Row[]>`
      select ${columns}
      from ${searched}
      where ${where} ${best.length === 0 ? sql`` : sql`and id <> all(${best}::uuid[])`}
      order by ${orderOf(sql, query)}
      limit ${size - bestHere.length}
      offset ${Math.max(0, page * size - best.length)}
    `),
  ]);
  const placeOf = ({ id }: Row) => bestHere.indexOf(String(id));
  return [...bestRows.toSorted((a, b) => placeOf(a) - placeOf(b)), ...otherRows];
}

const BEST = 20;
const CANDIDATES = 200;

/** The ids of the best matches, of which there may be more than are looked at. */
async function bestOf(sql: Database, query: PageQuery<string>, ranks: Ranking): Promise<string[]> {
  const { source, searched = source, where } = query;
  const candidates = ranks
    .map((rank) => sql`(select id from ${searched} where ${where} and ${rank} limit ${CANDIDATES})`)
    .reduce((all, some) => sql`${all} union all ${some}`);
  const rows = await plannedForItself(sql<{ id: string }[]>`
    select id
    from ${searched}
    where id = any(array(${candidates}))
    order by ${rankOf(sql, ranks)}, ${orderOf(sql, query)}
    limit ${BEST}
  `);
  return rows.map(({ id }) => id);
}

/** 0 for what meets the first condition, 1 for what meets the second, and so on. */
function rankOf(sql: Queryable, ranks: Ranking): Fragment {
  const cases = ranks.reduce(
    (all, rank, place) => sql`${all} when ${rank} then ${place}::int`,
    sql``,
  );
  return sql`case ${cases} when true then ${ranks.length}::int end`;
}

/**
 * Sends a query without preparing it. Of one that was sent five times PostgreSQL may keep a plan for
 * whatever words, and few words that are rare want another plan than one that nearly all rows have.
 */
function plannedForItself<Q extends object>(query: Q): Q {
  return Object.assign(query, { options: { prepare: false } });
}
