import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import type { Database } from './database.ts';
import { rowsRead } from './testing-rows.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

/** Enough that a list which reads all of them is far beyond what it may. */
export const MANY_RECORDS = 30_000;
/** What a list counts at most, with what it finds that by, and some pages beside. */
export const MOST_ROWS = 10_001 + 5000;

type Lists<Filter extends object, Field extends string> = {
  /** The folder of the service. */
  readonly folder: string;
  /** Makes `MANY_RECORDS`. */
  readonly seed: (sql: Database) => Promise<unknown>;
  readonly list: (sql: Database, query: Filter & { readonly sort: Sort<Field>[] }) => unknown;
  readonly sorts: readonly Field[];
  readonly filters: Readonly<Record<string, Filter>>;
};

type Sort<Field> = { readonly field: Field; readonly descending: boolean };

/**
 * For tests: a list reads few rows of many, whatever it is asked for. What it gives sends something
 * else to the same database, and tells how many rows each query read.
 */
export function testListReads<Filter extends object, Field extends string>({
  folder,
  seed,
  list,
  sorts,
  filters,
}: Lists<Filter, Field>): (work: (sql: Database) => unknown) => Promise<number[]> {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase(join(folder, 'migrations'));
    await seed(database.sql);
  }, 180_000);
  afterAll(() => database.drop());

  const rows = async (work: (sql: Database) => unknown) =>
    (await rowsRead(database.url, async (sql) => await work(sql))).map((query) => query.rows);

  const orders: Sort<Field>[][] = sorts.flatMap((field) =>
    [false, true].map((descending) => [{ field, descending }]),
  );
  test.each(Object.entries(filters))(
    'a list %s reads few rows, however it is sorted',
    async (_, filter) => {
      const read = await rows(async (sql) => {
        for (const sort of [[], ...orders]) await list(sql, { ...filter, sort });
      });
      expect(read.length).toBeGreaterThanOrEqual(1 + orders.length);
      expect(Math.max(...read)).toBeLessThan(MOST_ROWS);
    },
  );
  return rows;
}
