import type postgres from 'postgres';

import { connect, type Database } from './database.ts';

/** A query that was sent, and how many rows the server read for it, whatever plan it chose. */
export type RowsRead = { readonly query: string; readonly rows: number };

/**
 * For tests: runs `work` and tells for each of its queries how many rows were read, those that a
 * filter threw away included. Each is sent again for it, so `work` should only read.
 */
export async function rowsRead(
  url: string,
  work: (sql: Database) => Promise<unknown>,
): Promise<RowsRead[]> {
  const sent: { query: string; parameters: readonly unknown[] }[] = [];
  const sql = connect(url, {
    onQuery: (query, parameters) => void sent.push({ query, parameters }),
  });
  try {
    await work(sql);
    const selects = sent.filter(
      ({ query }) => /^\s*(select|with|\()/i.test(query) && !isOfDriver(query),
    );
    const read: RowsRead[] = [];
    for (const { query, parameters } of selects) {
      const [row] = await sql.unsafe<{ 'QUERY PLAN': readonly [{ Plan: Plan }] }[]>(
        `explain (analyze, timing off, format json) ${query}`,
        // What the driver was given once it takes again.
        // eslint-disable-next-line typescript/no-unsafe-type-assertion
        parameters as postgres.ParameterOrJSON<bigint>[],
      );
      if (row) read.push({ query, rows: rowsOf(row['QUERY PLAN'][0].Plan) });
    }
    return read;
  } finally {
    await sql.end();
  }
}

/** What the driver asks on each connection, of the types that there are. */
const isOfDriver = (query: string): boolean => query.includes('pg_catalog.pg_type');

type Plan = {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly Plan[];
};

/** Nodes that read a table or an index, and not what other nodes give them. */
const SCANS = new Set(['Seq Scan', 'Index Scan', 'Index Only Scan', 'Bitmap Heap Scan']);

function rowsOf(plan: Plan): number {
  const own = SCANS.has(plan['Node Type'])
    ? plan['Actual Rows'] +
      (plan['Rows Removed by Filter'] ?? 0) +
      (plan['Rows Removed by Index Recheck'] ?? 0)
    : 0;
  const below = plan.Plans?.reduce((all, part) => all + rowsOf(part), 0) ?? 0;
  return own * plan['Actual Loops'] + below;
}
