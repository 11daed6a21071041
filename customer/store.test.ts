import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { join } from 'node:path';

import { connect } from 'platform/database';
import { type TestDatabase, testDatabase } from 'platform/testing';

import { demoCustomers } from './demo.ts';
import { createCustomerStore, type CustomerStore } from './store.ts';

let database: TestDatabase;
let store: CustomerStore;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  store = createCustomerStore(database.sql);
});
beforeEach(async () => {
  await database.sql`truncate customer, data_load`;
});
afterAll(() => database.drop());

const everything = { q: '', sort: [], page: 0, size: 100, archived: false };

test('seed() loads the demo once, even when two processes start together', async () => {
  const other = connect(database.url, { maxConnections: 1 });
  await Promise.all([store.seed(demoCustomers), createCustomerStore(other).seed(demoCustomers)]);
  await other.end();
  const { items } = await store.list(everything);
  expect(items.map(({ name }) => name)).toEqual(['Hanane', 'Hassan', 'Imane']);
});

test('seed() brings nothing back that people deleted', async () => {
  await store.seed(demoCustomers);
  for (const { id } of demoCustomers) await store.remove(id, () => undefined);
  await store.seed(demoCustomers);
  expect((await store.list(everything)).total).toBe(0);
});

test('seed() leaves a table alone that has customers already', async () => {
  await store.create({ ...demoCustomers[0]!, name: 'Ours' });
  await store.seed(demoCustomers);
  expect((await store.list(everything)).items.map(({ name }) => name)).toEqual(['Ours']);
});

test('change() leaves the record as it is when the decision throws', async () => {
  const { id, version } = await store.create(demoCustomers[0]!);
  const refused = store.change(id, () => {
    throw new Error('no');
  });
  expect(refused).rejects.toThrow('no');
  expect((await store.find(id))?.version).toBe(version);
});

test('changes made one after the other are all counted', async () => {
  const { id } = await store.create(demoCustomers[0]!);
  const bump = () =>
    store.change(id, (current) => ({ ...demoCustomers[0]!, phone: `${current.version}` }));
  await Promise.all(Array.from({ length: 20 }, bump));
  expect(await store.find(id)).toMatchObject({ version: 21, phone: '20' });
});

test('a search reads the rows that it gives, not the whole table', async () => {
  await database.sql`
    insert into customer (id, name, email, phone, street, postal_code, city, country, siren, vat_number)
    select gen_random_uuid(), 'Client ' || n, 'c' || n || '@example.com', '', '', '', 'Nantes', 'FR', '', ''
    from generate_series(1, 5000) as n
  `;
  await database.sql`vacuum analyze customer`;
  const [row] = await database.sql<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>`
    explain (analyze, format json)
    select id from customer where search like search_text('%c4711@example%')
  `;
  expect(rowsRead(Object.values(row!)[0]![0].Plan)).toBeLessThan(50);
});

type Plan = {
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: Plan[];
};

function rowsRead(plan: Plan): number {
  const own =
    plan['Actual Rows'] +
    (plan['Rows Removed by Filter'] ?? 0) +
    (plan['Rows Removed by Index Recheck'] ?? 0);
  return own + (plan.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), 0);
}
