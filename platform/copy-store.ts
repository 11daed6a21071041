import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Queryable } from './database.ts';

/** A table and those of its columns that are written, not computed. */
export type TableColumns = { readonly table: string; readonly columns: readonly string[] };

/** The rows of a table in PostgreSQL's text format, each ended by a line feed. */
export async function copyOut(
  sql: Queryable,
  { table, columns }: TableColumns,
): Promise<AsyncIterable<Uint8Array>> {
  return sql`copy ${sql(table)} (${sql([...columns])}) to stdout`.readable();
}

/**
 * Writes rows in the same format; throws what the server has against them. Rows of a table that was
 * emptied in the same transaction can be `frozen` at once, so that nothing has to vacuum them.
 */
export async function copyIn(
  sql: Queryable,
  { table, columns }: TableColumns,
  rows: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { frozen = false } = {},
): Promise<void> {
  const target = sql`
    copy ${sql(table)} (${sql([...columns])}) from stdin (freeze ${frozen ? sql`true` : sql`false`})
  `;
  await pipeline(Readable.from(rows), await target.writable());
}
