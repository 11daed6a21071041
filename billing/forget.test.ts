import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import type { App } from 'platform/app';
import { recordStatuses, type StatusRecorder } from 'platform/contract-testing';
import { fixedDiscovery } from 'platform/discovery';
import { until } from 'platform/testing';

import { createClients } from './clients.ts';
import { invoices } from './contract.ts';
import type { Invoice } from './invoice-contract.ts';
import { someoneWaits, startTestBilling, type TestBilling } from './testing-billing.ts';

let billing: TestBilling;
let send: StatusRecorder['send'];

beforeAll(async () => {
  billing = await startTestBilling();
  const { app }: { app: App } = await billing.start();
  ({ send } = recordStatuses(app, invoices));
});
afterAll(() => billing.stop());

const PERSON = /hélène|dupont|rue du port|quai des/i;
const person = { name: 'Hélène Dupont', email: 'h@example.com', street: '1 rue du Port' };
const deliveryAddress = '3 quai des Orfèvres';
const NOBODY = {
  name: 'Client anonymisé',
  email: '',
  street: '',
  postalCode: '',
  city: '',
  country: 'FR',
  siren: '',
  vatNumber: '',
};

const patch = (id: string, body: object) => send(`PATCH /invoices/${id}`, { ifMatch: '*', body });
const add = async (customerId: string): Promise<Invoice> => {
  const product = await billing.addProduct();
  const lines = [{ productId: product.id, quantity: '1' }];
  const body = { customerId, deliveryAddress, lines };
  const idempotencyKey = crypto.randomUUID();
  return (await send('POST /invoices', { body, idempotencyKey })).body;
};
const read = async (id: string): Promise<Invoice> => (await send(`GET /invoices/${id}`)).body;
const now = () => Temporal.Now.instant().toString();
const tell = (id: string, { collection = 'customers', forgottenAt = now() } = {}) =>
  send(`POST /references/${collection}/${id}/forget`, { body: { forgottenAt } });
const anonymise = (id: string) => billing.world.clients.customers.anonymise({ id, ifMatch: '*' });
const forget = async (id: string) => {
  await anonymise(id);
  return tell(id);
};
const found = async (q: string) =>
  (await send(`GET /invoices?q=${q}`)).body.items.map(({ id }: Invoice) => id);
const everythingAbout = async (ids: readonly string[]) => {
  const [row] = await billing.database.sql`
    select (select json_agg(audit_event) from audit_event where record_id = any(${ids}::uuid[])),
           (select json_agg(idempotency_key) from idempotency_key
            where reply ->> 'id' = any(${ids}::text[])),
           (select json_agg(invoice) from invoice where id = any(${ids}::uuid[])),
           (select json_agg(invoice_buyer) from invoice_buyer)
  `;
  return JSON.stringify(row);
};

test('drafts, deleted ones too, their histories and names say nothing of a person who is forgotten', async () => {
  const customer = await billing.addCustomer(person);
  const draft = await add(customer.id);
  const deleted = await add(customer.id);
  await send(`DELETE /invoices/${deleted.id}`, { ifMatch: 1 });
  expect(await everythingAbout([draft.id, deleted.id])).toMatch(PERSON);
  expect(await found('dupont')).toContain(draft.id);

  expect((await forget(customer.id)).status).toBe(204);
  expect(await everythingAbout([draft.id, deleted.id])).not.toMatch(PERSON);
  const left = await read(draft.id);
  expect(left).toEqual({
    ...draft,
    buyer: NOBODY,
    deliveryAddress: '',
    version: 2,
    updatedAt: left.updatedAt,
  });
  expect(await found('dupont')).not.toContain(draft.id);
  expect(await found('anonymise')).toContain(draft.id);
  const { items } = (await send(`GET /invoices/${draft.id}/history`)).body;
  expect(items[0]).toMatchObject({
    action: 'changed',
    changes: [
      { field: 'buyer', before: '…', after: '…' },
      { field: 'deliveryAddress', before: '…', after: '' },
    ],
  });
});

test('what was issued stays as it is, with all that searches find of it', async () => {
  const customer = await billing.addCustomer({ ...person, name: 'Hélène Durand' });
  const { id } = await add(customer.id);
  const answer = await send(`POST /invoices/${id}/finalize`, { ifMatch: 1 });
  expect(answer.status).toBe(200);
  await forget(customer.id);
  expect(await read(id)).toEqual(answer.body);
  expect(await found('durand')).toContain(id);
});

test('told again it changes nothing, nor for others or what is no customer', async () => {
  const one = await billing.addCustomer(person);
  const other = await billing.addCustomer(person);
  const draft = await add(one.id);
  const others = await add(other.id);
  await tell(one.id, { collection: 'products' });
  expect(await read(draft.id)).toEqual(draft);
  await forget(one.id);
  const left = await read(draft.id);
  await tell(one.id);
  expect(await read(draft.id)).toEqual(left);
  expect(await read(others.id)).toEqual(others);
});

test('a draft that is being issued is left to whoever issues it', async () => {
  const { sql } = billing.database;
  const customer = await billing.addCustomer(person);
  const draft = await add(customer.id);
  await sql`
    insert into finalization (invoice_id, token, owner, expires_at)
    values (${draft.id}, ${crypto.randomUUID()}, 'other', now() + interval '1 hour')
  `;
  await forget(customer.id);
  expect(await read(draft.id)).toEqual(draft);
  await sql`delete from finalization where invoice_id = ${draft.id}`;
  await tell(customer.id);
  expect((await read(draft.id)).buyer).toEqual(NOBODY);
});

test('who is still there is not forgotten, whoever says so; who was deleted is', async () => {
  const { customers } = billing.world.clients;
  const customer = await billing.addCustomer(person);
  const draft = await add(customer.id);
  const { status, body } = await tell(customer.id);
  expect([status, body.type]).toEqual([409, '/problems/not-forgotten']);
  expect(await read(draft.id)).toEqual(draft);

  await customers.remove({ id: customer.id, ifMatch: '*' });
  expect((await tell(customer.id)).status).toBe(204);
  expect((await read(draft.id)).buyer).toEqual(NOBODY);
});

test('a time of forgetting that none is answers 422', async () => {
  const { status } = await tell(crypto.randomUUID(), { forgottenAt: '0000-01-01T00:00:00Z' });
  expect(status).toBe(422);
});

test('nobody is forgotten while the customer service cannot be asked', async () => {
  const customer = await billing.addCustomer(person);
  const draft = await add(customer.id);
  await anonymise(customer.id);
  const clients = createClients({ discovery: fixedDiscovery({}) });
  const alone = await billing.start({ clients });
  const response = await alone.app.request(`/references/customers/${customer.id}/forget`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ forgottenAt: now() }),
  });
  expect(response.status).toBe(503);
  expect(await read(draft.id)).toEqual(draft);
});

test('a delivery address that was typed since stays, also in repeats', async () => {
  const customer = await billing.addCustomer(person);
  const [old, changed, repeated] = [
    await add(customer.id),
    await add(customer.id),
    crypto.randomUUID(),
  ];
  // As if the customer had been forgotten so long before that `old` was saved at the last moment.
  const { sql } = billing.database;
  const [row] = await sql`
    select to_char(max(at) - interval '20 s', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as forgotten_at
    from audit_event
    where record_id = any(${[old.id, changed.id]}::uuid[])
  `;
  await anonymise(customer.id);
  await patch(old.id, { notes: 'Appeler avant' });
  await patch(changed.id, { deliveryAddress: '5 place Neuve' });
  const body = { customerId: customer.id, deliveryAddress: '7 place Neuve', lines: [] };
  const create = async (): Promise<Invoice> =>
    (await send('POST /invoices', { body, idempotencyKey: repeated })).body;
  const created = await create();

  await tell(customer.id, { forgottenAt: String(row?.['forgottenAt']) });
  expect(await read(old.id)).toMatchObject({ buyer: NOBODY, deliveryAddress: '' });
  expect(await read(changed.id)).toMatchObject({
    buyer: NOBODY,
    deliveryAddress: '5 place Neuve',
  });
  expect(await read(created.id)).toEqual(created);
  expect(await create()).toEqual(created);
  expect(created).toMatchObject({ buyer: NOBODY, deliveryAddress: '7 place Neuve' });
});

test('what histories told before of persons is veiled by the migration', async () => {
  const { sql } = billing.database;
  const id = Bun.randomUUIDv7();
  const changes = [
    { field: 'notes', before: null, after: 'Été' },
    { field: 'buyer', before: null, after: JSON.stringify(person) },
    { field: 'deliveryAddress', before: deliveryAddress, after: '' },
  ];
  await sql`
    insert into audit_event (record_id, action, request_id, changes)
    values (${id}, 'created', '', ${JSON.stringify(changes)}::text::json), (${id}, 'paid', '', '[]')
  `;
  const file = join(import.meta.dir, 'migrations/0081_veil_persons_in_history.sql');
  await sql.begin((tx) => tx.file(file));
  const { items } = (await send(`GET /invoices/${id}/history`)).body;
  expect(items).toMatchObject([
    { action: 'paid', changes: [] },
    {
      action: 'created',
      changes: [
        { field: 'notes', before: null, after: 'Été' },
        { field: 'buyer', before: null, after: '…' },
        { field: 'deliveryAddress', before: '…', after: '' },
      ],
    },
  ]);
  expect(
    sql`update audit_event set changes = '[]' where record_id = ${id}`.execute(),
  ).rejects.toThrow();
});

test('a name is not lost that somebody writes at the same moment', async () => {
  const { sql } = billing.database;
  const customer = await billing.addCustomer({ ...person, name: 'Nom partagé' });
  const draft = await add(customer.id);
  await send(`DELETE /invoices/${draft.id}`, { ifMatch: 1 });
  const goOn = Promise.withResolvers<void>();
  const written = Promise.withResolvers<void>();
  const id = Bun.randomUUIDv7();
  const writing = sql.begin(async (tx) => {
    await tx`
      insert into invoice (id, customer_id, buyer, currency, currency_exponent, due_days, notes,
        net_minor, vat, vat_minor, gross_minor)
      values (${id}, ${Bun.randomUUIDv7()}, ${tx.json({ name: 'Nom partagé', siren: '' })}, 'EUR', 2,
        30, '', 0, '[]', 0, 0)
    `;
    written.resolve();
    await goOn.promise;
  });
  await written.promise;
  let isOver = false;
  const forgetting = forget(customer.id).then(() => (isOver = true));
  // It gives up after a while, and is told again.
  await until(async () => isOver || (await someoneWaits(sql)), { what: 'the wait' });
  goOn.resolve();
  await Promise.all([writing, forgetting]);
  expect((await forget(customer.id)).status).toBe(204);
  expect(await sql`select from invoice_buyer where name = 'Nom partagé'`).toHaveLength(1);
});
