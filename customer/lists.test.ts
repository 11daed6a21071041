import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import type { Queryable } from 'platform/database';
import { type TestDatabase, testDatabase } from 'platform/testing';

import { createCustomerStore, type ListQuery } from './store.ts';

const CUSTOMERS = 30_000;
const COUNTED = 10_001;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  await database.sql`
    insert into customer (id, name, email, phone, street, postal_code, city, country, siren, vat_number)
    select gen_random_uuid(), 'Client ' || n, 'c' || n || '@example.com', '', '', '', 'Nantes ' || n % 100, 'FR', '', ''
    from generate_series(1, ${CUSTOMERS}::int) as n
  `;
  await database.sql`vacuum analyze customer`;
}, 30_000);
afterAll(() => database.drop());

/** How many rows of the table a list reads, as the server itself counts them. */
async function rowsRead(query: Partial<ListQuery>): Promise<number> {
  const everything = { q: '', sort: [], page: 0, size: 20, archived: false, ids: [] };
  return database.sql.begin(async (tx) => {
    // A transaction asks as a database does; only here all of it counts on one connection.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    const store = createCustomerStore(tx as unknown as TestDatabase['sql']);
    const before = await readSoFar(tx);
    await store.list({ ...everything, ...query });
    return (await readSoFar(tx)) - before;
  });
}

async function readSoFar(tx: Queryable): Promise<number> {
  const [row] = await tx<{ read: number }[]>`
    select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read
    from pg_stat_xact_user_tables
    where relname = 'customer'
  `;
  return row?.read ?? Number.NaN;
}

for (const field of ['name', 'email', 'city', 'createdAt'] as const) {
  for (const descending of [false, true]) {
    test(`a list by ${field} ${descending ? 'downwards' : 'upwards'} reads what it counts and a page`, async () => {
      expect(await rowsRead({ sort: [{ field, descending }] })).toBeLessThan(COUNTED + 100);
    });
  }
}

test('a search for what few have reads about what it gives', async () => {
  expect(await rowsRead({ q: 'c4711@example' })).toBeLessThan(50);
});

for (const [q, what] of [
  ['client', 'everybody starts with'],
  ['lient', 'everybody has, and nobody starts with'],
  ['c', 'everybody starts with, of one letter'],
] as const) {
  test(`a search for what ${what} reads little more than it counts`, async () => {
    expect(await rowsRead({ q })).toBeLessThan(COUNTED + 3000);
  });
}

test('a search for one e-mail address reads hardly more than that', async () => {
  expect(await rowsRead({ q: 'c4711@example.com' })).toBeLessThan(50);
});
