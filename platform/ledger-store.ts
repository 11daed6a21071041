import type postgres from 'postgres';

import type { Queryable } from './database.ts';
import type { CursorPage } from './paging.ts';

type Fragment = postgres.PendingQuery<postgres.Row[]>;

/**
 * Part of a list that is only ever added to, newest first: the newest entries, or those before the
 * cursor. What is added meanwhile moves nothing. The table numbers its entries in `seq`.
 */
export async function readLedger<Row extends object>(
  sql: Queryable,
  query: {
    readonly columns: Fragment;
    readonly source: Fragment;
    readonly where: Fragment;
    readonly cursor?: string | undefined;
    readonly size: number;
  },
): Promise<CursorPage<Row>> {
  const { columns, source, where, cursor = LAST, size } = query;
  const rows = await sql<(Row & { seq: bigint })[]>`
    select seq, ${columns}
    from ${source}
    where ${where} and seq < ${cursor}
    order by seq desc
    limit ${size + 1}
  `;
  const items = rows.slice(0, size);
  return { items, next: rows.length > size ? String(items.at(-1)?.seq) : null };
}

/** Beyond every entry. */
const LAST = String(2n ** 63n - 1n);
