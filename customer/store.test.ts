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

const everything = { q: '', sort: [], page: 0, size: 100, archived: false, ids: [] };

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
