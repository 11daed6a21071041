import { afterAll, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';

import { testBadInput } from 'platform/bad-input';
import { Problem } from 'platform/contract';
import { recordStatuses } from 'platform/contract-testing';
import { connect } from 'platform/database';
import { testRecordManners } from 'platform/record-manners';
import type { AssertUnreferred } from 'platform/referrers';
import { testDatabase } from 'platform/testing';

import { createCustomerApp } from './app.ts';
import { type Customer, customers } from './contract.ts';
import { createCustomerStore } from './store.ts';

const database = await testDatabase(join(import.meta.dir, 'migrations'));
let assertUnreferred: AssertUnreferred;
const store = createCustomerStore(database.sql);
const app = createCustomerApp({ store, assertUnreferred: (id) => assertUnreferred(id) });
const recorder = recordStatuses(app, customers);
const { send } = recorder;

beforeEach(async () => {
  assertUnreferred = () => Promise.resolve();
  await database.sql`truncate customer, idempotency_key`;
});
afterAll(() => database.drop());

const add = async (body: object): Promise<Customer> =>
  (await send('POST /customers', { body })).body;
const count = async () =>
  (await database.sql`select count(*)::int as count from customer`)[0]?.['count'];
const names = async (query: string) =>
  (await send(`GET /customers${query}`)).body.items.map(({ name }: Customer) => name);

const full = {
  name: 'Hélène Dupont',
  email: 'helene@example.com',
  phone: '+33 1 99 00 00 00',
  street: '1 rue du Port',
  postalCode: '13002',
  city: 'Marseille',
  country: 'FR',
  siren: '552100554',
  vatNumber: 'FR96552100554',
  currency: 'CHF',
  dueDays: 45,
  dueEndOfMonth: true,
};

describe('POST /customers', () => {
  test('answers 201 with the record, its ETag and its Location', async () => {
    const { status, headers, body } = await send('POST /customers', { body: full });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...full,
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      archivedAt: null,
      version: 1,
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
      updatedAt: body.createdAt,
    });
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('location')).toBe(`/customers/${body.id}`);
    expect((await send(`GET ${headers.get('location')}`)).body).toEqual(body);
  });

  test('fills in what is left out and trims what people type', async () => {
    expect(await add({ name: '  Imane  ', email: ' imane@example.com ' })).toMatchObject({
      name: 'Imane',
      email: 'imane@example.com',
      phone: '',
      country: 'FR',
      dueDays: null,
      dueEndOfMonth: false,
    });
  });

  test('answers 422 with an entry per bad field, and writes nothing', async () => {
    const body = {
      ...full,
      name: ' ',
      email: 'nobody',
      siren: '12',
      country: 'France',
      currency: 'ZZZ',
      dueDays: 366,
      age: 7,
    };
    const answer = await send('POST /customers', { body });
    expect(answer.status).toBe(422);
    expect(
      answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(),
    ).toEqual(['/age', '/country', '/currency', '/dueDays', '/email', '/name', '/siren']);
    expect(await count()).toBe(0);
  });

  test('answers 422 for text that PostgreSQL could not keep', async () => {
    for (const name of ['a\u0000b', '\ud800', 'line\nbreak']) {
      expect((await send('POST /customers', { body: { ...full, name } })).status).toBe(422);
    }
  });
});

test('a currency that was kept once is shown, and goes when somebody changes it', async () => {
  const { id } = await add(full);
  await database.sql`update customer set currency = 'DEM'`;
  expect((await send(`GET /customers/${id}`)).body.currency).toBe('DEM');
  expect((await send('GET /customers')).body.items).toMatchObject([{ currency: 'DEM' }]);
  const named = await send(`PATCH /customers/${id}`, { body: { name: 'Other' }, ifMatch: 1 });
  expect([named.status, named.body.currency]).toEqual([200, 'DEM']);
});

describe('GET /customers', () => {
  beforeEach(async () => {
    await add(full);
    await add({ name: 'Zoé 100%', city: 'Orléans', email: 'zoe@example.com' });
    await add({ name: 'abel', city: 'Évreux' });
  });
  test('searches name, e-mail, city and SIREN, whatever case and accents', async () => {
    expect(await names('?q=HELENE')).toEqual(['Hélène Dupont']);
    expect(await names('?q=hélène%20marseille')).toEqual(['Hélène Dupont']);
    expect(await names('?q=evreux')).toEqual(['abel']);
    expect(await names('?q=zoe@')).toEqual(['Zoé 100%']);
    expect(await names('?q=2100554')).toEqual(['Hélène Dupont']);
    expect(await names('?q=nobody')).toEqual([]);
  });

  test('gives first whom the search names, then whose name starts so, then other fields', async () => {
    await add({ name: 'Nice Fleurs' });
    await add({ name: 'Anice', email: 'nice@example.com', siren: '443061841' });
    await add({ name: 'Bernard', city: 'Nice' });
    await add({ name: 'Venice Beach' });
    const all = ['Nice Fleurs', 'Anice', 'Bernard', 'Venice Beach'];
    expect(await names('?q=nice')).toEqual(all);
    expect([
      ...(await names('?q=nice&size=2')),
      ...(await names('?q=nice&size=2&page=1')),
      ...(await names('?q=nice&size=2&page=2')),
    ]).toEqual(all);
    expect(await names('?q=nice&sort=name')).toEqual([
      'Anice',
      'Bernard',
      'Nice Fleurs',
      'Venice Beach',
    ]);
    expect((await names('?q=443%20061%20841'))[0]).toBe('Anice');
  });

  test('finds by an e-mail address whose it is and nobody else, by a part of one all who have it', async () => {
    for (const name of ['Anice', 'Benice']) await add({ name, email: 'nice@example.com' });
    await add({ name: 'Aaron', email: 'nice@example.com.au' });
    await add({ name: 'Denis', email: 'venice@example.com' });
    const { body } = await send('GET /customers?q=NICE@example.com&sort=-name');
    expect(body).toMatchObject({ total: 2, items: [{ name: 'Benice' }, { name: 'Anice' }] });
    expect(await names('?q=NICE@example.com&archived=true')).toEqual([]);
    expect(await names('?q=nice@example')).toEqual(['Aaron', 'Anice', 'Benice', 'Denis']);
    expect(await names('?q=@example.com.au')).toEqual(['Aaron']);
  });

  test("takes '%', '_' and '\\' in a search literally", async () => {
    expect(await names('?q=100%25')).toEqual(['Zoé 100%']);
    expect(await names('?q=_')).toEqual([]);
    expect(await names('?q=%5C')).toEqual([]);
  });

  test('sorts as people do, ignoring case and accents first, and pages with a total', async () => {
    expect(await names('')).toEqual(['abel', 'Hélène Dupont', 'Zoé 100%']);
    expect(await names('?sort=-name')).toEqual(['Zoé 100%', 'Hélène Dupont', 'abel']);
    expect(await names('?sort=city')).toEqual(['abel', 'Hélène Dupont', 'Zoé 100%']);
    expect(await names('?sort=createdAt')).toEqual(['Hélène Dupont', 'Zoé 100%', 'abel']);
    const { body } = await send('GET /customers?page=1&size=2');
    expect(body).toMatchObject({ page: 1, size: 2, total: 3, totalIsExact: true });
    expect(body.items).toHaveLength(1);
  });
});

describe('PUT, PATCH and DELETE /customers/{id}', () => {
  test('PUT replaces everything and moves the ETag on', async () => {
    const { id, createdAt } = await add(full);
    const answer = await send(`PUT /customers/${id}`, { body: { name: 'Autre' }, ifMatch: 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(answer.body).toMatchObject({ id, name: 'Autre', email: '', version: 2, createdAt });
  });

  test('PATCH changes what it names and nothing else', async () => {
    const { id } = await add(full);
    const answer = await send(`PATCH /customers/${id}`, { body: { city: 'Aix' }, ifMatch: 1 });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ...full, city: 'Aix', version: 2 });
  });
});

/** All that the database still says. */
const everythingKept = async () =>
  JSON.stringify([
    await database.sql`select * from customer`,
    await database.sql`select * from idempotency_key`,
  ]);
const actionsOf = async (id: string) =>
  (await send(`GET /customers/${id}/history`)).body.items.map(
    ({ action, changes }: { action: string; changes: unknown[] }) => [action, changes.length],
  );

describe('a person who must be forgotten', () => {
  const PERSON = /Dupont|helene|0600|Marseille|552100554/;
  const request = { body: full, idempotencyKey: 'made-once' };
  const made = async (): Promise<string> => {
    const { id } = (await send('POST /customers', request)).body;
    await send(`PATCH /customers/${id}`, { body: { phone: '0600000000' }, ifMatch: 1 });
    return id;
  };
  test('is gone from record, history, search and repeated requests after anonymise', async () => {
    const id = await made();
    const answer = await send(`POST /customers/${id}/anonymise`, { ifMatch: 2 });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, name: 'Client anonymisé', email: '', siren: '' });
    expect(await everythingKept()).not.toMatch(PERSON);
    expect(await actionsOf(id)).toEqual([
      ['anonymised', 0],
      ['changed', 0],
      ['created', 0],
    ]);
    expect(await names('?q=dupont')).toEqual([]);
    expect((await send('POST /customers', request)).body).toEqual(answer.body);
  });

  test('is gone from history and repeated requests after the record was deleted', async () => {
    const id = await made();
    await send(`DELETE /customers/${id}`, { ifMatch: 2 });
    expect(await everythingKept()).not.toMatch(PERSON);
    expect(await actionsOf(id)).toEqual([
      ['deleted', 0],
      ['changed', 0],
      ['created', 0],
    ]);
    const again = await send('POST /customers', request);
    expect(again.body).toMatchObject({ id, name: 'Client anonymisé' });
  });
});

test('GET /openapi.json describes every operation', async () => {
  const { body } = await send('GET /openapi.json');
  const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(Object.keys(customers.operations).toSorted());
});

test('a database that is away gives 503, not 500', async () => {
  const nowhere = connect('postgres://nobody@127.0.0.1:1/customer');
  const app = createCustomerApp({ store: createCustomerStore(nowhere), assertUnreferred });
  const response = await app.request('/customers');
  expect(response.status).toBe(503);
  expect(Problem.parse(await response.json()).type).toBe('/problems/database-unavailable');
  await nowhere.end({ timeout: 0 });
});

let made = 0;
testRecordManners({
  path: '/customers',
  send,
  sql: database.sql,
  make: () => ({ name: `Client ${(made += 1)}` }),
  ask: (referrers) => (assertUnreferred = referrers),
  transitions: ['/anonymise'],
});

testBadInput({
  contract: customers,
  bodies: { create: full, update: full, patch: {} },
  recorder,
  prepare: async () => [(await add(full)).id],
  state: () => database.sql`select * from customer`,
  hostileRuns: 400,
});
