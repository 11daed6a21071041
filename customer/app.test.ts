import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';

import fc from 'fast-check';
import { badRequests } from 'platform/bad-requests';
import { Problem } from 'platform/contract';
import { recordStatuses, type StatusRecorder } from 'platform/contract-testing';
import { connect } from 'platform/database';
import { hostileRequests } from 'platform/hostile-requests';
import { conflict, ProblemError } from 'platform/problem';
import type { AssertUnreferred } from 'platform/referrers';
import { type TestDatabase, testDatabase } from 'platform/testing';
import { badGateway, serviceTooLate } from 'platform/upstream-problem';

import { createCustomerApp } from './app.ts';
import { type Customer, customers } from './contract.ts';
import { createCustomerStore } from './store.ts';

let database: TestDatabase;
let assertUnreferred: AssertUnreferred;
let recorder: StatusRecorder;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  recorder = recordStatuses(
    createCustomerApp({
      store: createCustomerStore(database.sql),
      assertUnreferred: (id) => assertUnreferred(id),
    }),
    customers,
  );
});
beforeEach(async () => {
  assertUnreferred = () => Promise.resolve();
  await database.sql`truncate customer, idempotency_key`;
});
afterAll(() => database.drop());

const send: StatusRecorder['send'] = (line, request) => recorder.send(line, request);
const add = async (body: object): Promise<Customer> =>
  (await send('POST /customers', { body })).body;
const count = async () =>
  (await database.sql`select count(*)::int as count from customer`)[0]?.['count'];
const names = async (query: string) =>
  (await send(`GET /customers${query}`)).body.items.map(({ name }: Customer) => name);
const UNKNOWN = '/customers/01930000-0000-7000-8000-00000000ffff';

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
    });
  });

  test('answers 422 with an entry per bad field, and writes nothing', async () => {
    const body = { ...full, name: ' ', email: 'nobody', siren: '12', country: 'France', age: 7 };
    const answer = await send('POST /customers', { body });
    expect(answer.status).toBe(422);
    expect(
      answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(),
    ).toEqual(['/age', '/country', '/email', '/name', '/siren']);
    expect(await count()).toBe(0);
  });

  test('answers 422 for text that PostgreSQL could not keep', async () => {
    for (const name of ['a\u0000b', '\ud800', 'line\nbreak']) {
      expect((await send('POST /customers', { body: { ...full, name } })).status).toBe(422);
    }
  });

  test('gives the first answer to a repeat under the same Idempotency-Key, 422 to another body', async () => {
    const sent = { body: full, idempotencyKey: 'draft-1' };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send('POST /customers', sent)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect((await send('POST /customers', sent)).body).toEqual(made[0]?.body);
    const other = await send('POST /customers', { ...sent, body: { name: 'Other' } });
    expect(other.status).toBe(422);
    expect(other.body.type).toBe('/problems/idempotency-key-reused');
    expect(await count()).toBe(1);
  });

  test('answers 409 while the first request with the key still runs', async () => {
    await database.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended('slow', 1))`;
      const answer = await send('POST /customers', { body: full, idempotencyKey: 'slow' });
      expect(answer.status).toBe(409);
      expect(answer.headers.get('retry-after')).toBe('1');
    });
    expect(await count()).toBe(0);
  });
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
    await add({ name: 'Aaron', email: 'nice@example.com.au' });
    expect((await names('?q=NICE@example.com'))[0]).toBe('Anice');
    expect((await names('?q=443%20061%20841'))[0]).toBe('Anice');
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

  test('DELETE removes the record', async () => {
    const { id } = await add(full);
    expect((await send(`DELETE /customers/${id}`, { ifMatch: 1 })).status).toBe(204);
    expect((await send(`GET /customers/${id}`)).status).toBe(404);
    expect((await send(`DELETE /customers/${id}`, { ifMatch: 1 })).status).toBe(404);
  });

  test.each([
    [409, () => conflict('in-use', 'Others refer to it')],
    [502, () => Promise.reject(badGateway('billing-service'))],
    [503, () => Promise.reject(new ProblemError(503, 'service-unavailable', 'Nobody there'))],
    [504, () => Promise.reject(serviceTooLate('billing-service'))],
  ])(
    'DELETE answers %d, and the record stays, unless nothing refers to it',
    async (status, ask) => {
      const { id } = await add(full);
      assertUnreferred = async () => ask();
      expect((await send(`DELETE /customers/${id}`, { ifMatch: '*' })).status).toBe(status);
      expect((await send(`GET /customers/${id}`)).status).toBe(200);
    },
  );

  for (const [method, body, action = ''] of [
    ['PUT', full],
    ['PATCH', { city: 'Aix' }],
    ['DELETE'],
    ['POST', undefined, '/archive'],
    ['POST', undefined, '/restore'],
    ['POST', undefined, '/anonymise'],
  ] as const) {
    test(`${method} ${action} answers 428 without If-Match, 412 with the current state when it is stale`, async () => {
      const { id } = await add({ name: 'Hassan' });
      const line = `${method} /customers/${id}${action}`;
      expect((await send(line, { body })).status).toBe(428);
      expect((await send(line, { body, ifMatch: 'W/"1"' })).status).toBe(412);
      const stale = await send(line, { body, ifMatch: 7 });
      expect(stale.status).toBe(412);
      expect(stale.headers.get('etag')).toBe('"1"');
      expect(stale.body.current).toMatchObject({ id, name: 'Hassan', version: 1 });
      expect((await send(`GET /customers/${id}`)).body.version).toBe(1);
    });

    test(`${method} ${action} answers 404 for an unknown id, with or without If-Match`, async () => {
      const line = `${method} ${UNKNOWN}${action}`;
      expect((await send(line, { body })).status).toBe(404);
      expect((await send(line, { body, ifMatch: 1 })).status).toBe(404);
    });
  }

  test('of changes made at once under one ETag, one wins and the others get 412', async () => {
    const { id } = await add(full);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send(`PATCH /customers/${id}`, { body: { phone: `${n}` }, ifMatch: 1 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
    expect((await send(`GET /customers/${id}`)).body.version).toBe(2);
  });
});

test('GET /customers gives the ones that are named, archived or not', async () => {
  const [one, two] = [await add({ name: 'One' }), await add({ name: 'Two' })];
  await add({ name: 'Three' });
  await send(`POST /customers/${two.id}/archive`, { ifMatch: 1 });
  expect(await names(`?ids=${one.id},${two.id}`)).toEqual(['One', 'Two']);
  expect((await send('GET /customers?ids=1')).status).toBe(422);
});

describe('a customer who is put away', () => {
  test('leaves the list and comes back by restore; both may be repeated', async () => {
    const { id } = await add(full);
    await add({ name: 'Imane' });
    const archived = await send(`POST /customers/${id}/archive`, { ifMatch: 1 });
    expect(archived.status).toBe(200);
    expect(archived.body).toMatchObject({ version: 2, archivedAt: archived.body.updatedAt });
    expect((await send(`POST /customers/${id}/archive`, { ifMatch: 2 })).body.version).toBe(2);
    expect(await names('')).toEqual(['Imane']);
    expect(await names('?archived=true&q=helene')).toEqual(['Hélène Dupont']);
    expect((await send(`GET /customers/${id}`)).status).toBe(200);
    const restored = await send(`POST /customers/${id}/restore`, { ifMatch: 2 });
    expect(restored.body).toMatchObject({ version: 3, archivedAt: null });
    expect(await names('')).toEqual(['Hélène Dupont', 'Imane']);
  });

  test('the list refuses an `archived` that is neither true nor false', async () => {
    const { status, body } = await send('GET /customers?archived=maybe');
    expect([status, body.errors[0].pointer]).toEqual([422, '/archived']);
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

describe('GET /customers/{id}/history', () => {
  test('says who changed what, newest first, with the request that did', async () => {
    const headers = { 'x-request-id': 'request-7', 'x-forwarded-user': 'helene@example.com' };
    const { body: made } = await send('POST /customers', { body: { name: 'Hassan' }, headers });
    await send(`PATCH /customers/${made.id}`, { body: { city: 'Aix' }, ifMatch: 1, headers });
    const { status, body } = await send(`GET /customers/${made.id}/history`);
    expect(status).toBe(200);
    expect(body.next).toBeNull();
    expect(body.items[0]).toEqual({
      action: 'changed',
      at: expect.stringMatching(/^20\d\d-.*Z$/),
      who: 'helene@example.com',
      requestId: 'request-7',
      changes: [{ field: 'city', before: '', after: 'Aix' }],
    });
    expect(body.items[1].changes).toContainEqual({ field: 'name', before: null, after: 'Hassan' });
    await send(`POST /customers/${made.id}/archive`, { ifMatch: 2 });
    const [archived] = (await send(`GET /customers/${made.id}/history`)).body.items;
    expect(archived).toMatchObject({ action: 'archived', who: null });
  });

  test('goes on from a cursor, without losing or repeating an event that came meanwhile', async () => {
    const { id } = await add(full);
    for (const n of [1, 2, 3, 4]) {
      await send(`PATCH /customers/${id}`, { body: { phone: `${n}` }, ifMatch: n });
    }
    const first = (await send(`GET /customers/${id}/history?size=2`)).body;
    await send(`PATCH /customers/${id}`, { body: { phone: '5' }, ifMatch: 5 });
    const rest = (await send(`GET /customers/${id}/history?cursor=${first.next}`)).body;
    const phones = [...first.items, ...rest.items].map(
      ({ changes }) => changes.find(({ field }: { field: string }) => field === 'phone').after,
    );
    expect(phones).toEqual(['4', '3', '2', '1', full.phone]);
    expect(rest.next).toBeNull();
    expect((await send(`GET /customers/${id}/history?cursor=x`)).status).toBe(422);
  });

  test('outlives the record without what it said of the person; 404 for one that never was', async () => {
    const { id } = await add(full);
    await send(`DELETE /customers/${id}`, { ifMatch: 1 });
    const { body } = await send(`GET /customers/${id}/history`);
    expect(body.items).toMatchObject([
      { action: 'deleted', changes: [] },
      { action: 'created', changes: [] },
    ]);
    expect((await send(`GET ${UNKNOWN}/history`)).status).toBe(404);
  });

  test('the database refuses to change or delete what happened', async () => {
    const { id } = await add(full);
    const { sql } = database;
    const tampered = sql`update audit_event set action = 'x' where record_id = ${id}`;
    expect(tampered.execute()).rejects.toThrow('it is only ever added to and redacted');
    const deleted = sql`delete from audit_event where record_id = ${id}`;
    expect(deleted.execute()).rejects.toThrow('it is only ever added to and redacted');
  });
});

test('GET /openapi.json describes every operation', async () => {
  const { body } = await send('GET /openapi.json');
  const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(Object.keys(customers.operations).toSorted());
});

describe('bad input', () => {
  for (const bad of badRequests(customers, { bodies: { create: full, update: full, patch: {} } })) {
    test(`${bad.name} answers ${bad.status} and writes nothing`, async () => {
      await add(full);
      const response = await recorder.request(bad.path, bad.init);
      expect(response.status).toBe(bad.status);
      expect(response.headers.get('allow')).toBe(bad.allow ?? null);
      const { errors = [] } = Problem.parse(await response.json());
      const pointers = errors.map(({ pointer }) => pointer);
      expect(pointers).toEqual(expect.arrayContaining([...(bad.pointers ?? [])]));
      expect(await count()).toBe(1);
    });
  }

  test('whatever is sent, the answer is one that the contract declares, never a 5xx', async () => {
    const { id } = await add(full);
    await fc.assert(
      fc.asyncProperty(hostileRequests(customers, [id]), async ({ path, init }) => {
        const response = await recorder.request(path, init);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});

test('a database that is away gives 503, not 500', async () => {
  const nowhere = connect('postgres://nobody@127.0.0.1:1/customer');
  const app = createCustomerApp({ store: createCustomerStore(nowhere), assertUnreferred });
  const response = await app.request('/customers');
  expect(response.status).toBe(503);
  expect(Problem.parse(await response.json()).type).toBe('/problems/database-unavailable');
  await nowhere.end({ timeout: 0 });
});

test('every status that openapi.json declares was produced', () => {
  expect(recorder.missingStatuses()).toEqual([]);
});
