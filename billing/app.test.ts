import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';

import type { Customer } from 'customer/contract';
import fc from 'fast-check';
import type { Product } from 'inventory/contract';
import type { AuditEvent } from 'platform/audit';
import { badRequests } from 'platform/bad-requests';
import { Problem } from 'platform/contract';
import { recordStatuses, type StatusRecorder } from 'platform/contract-testing';
import { connect } from 'platform/database';
import { withDatabase } from 'platform/database-url';
import { fixedDiscovery } from 'platform/discovery';
import { hostileRequests } from 'platform/hostile-requests';

import { createClients } from './clients.ts';
import { invoices } from './contract.ts';
import type { Invoice } from './invoice-contract.ts';
import { addDays } from './invoices.ts';
import { recentDay, startTestBilling, type TestBilling } from './testing-billing.ts';
import { testServer } from './testing-world.ts';

type App = Awaited<ReturnType<TestBilling['start']>>['app'];

let billing: TestBilling;
let app: App;
/** What answers just now: billing, or billing that cannot reach whom it needs. */
let current: App;
let recorder: StatusRecorder;
let customer: Customer;
let product: Product;

beforeAll(async () => {
  billing = await startTestBilling();
  ({ app } = await billing.start());
  recorder = recordStatuses(Object.assign(Object.create(app), { request: viaCurrent }), invoices);
  customer = await billing.addCustomer({ name: 'Hélène Dupont', city: 'Marseille' });
  product = await billing.addProduct({ name: 'Lampe', unit: 'pièce', initialQuantity: '100000' });
});
beforeEach(() => {
  current = app;
});
afterAll(() => billing.stop());

const viaCurrent: App['request'] = (...args) => current.request(...args);
const send: StatusRecorder['send'] = (line, request) => recorder.send(line, request);
const RECENT = recentDay();
const UNKNOWN = '01930000-0000-7000-8000-00000000ffff';
const lines = (...quantities: string[]) =>
  quantities.map((quantity) => ({ productId: product.id, quantity }));
const draftOf = (body: object = {}) => ({ customerId: customer.id, lines: lines('2'), ...body });
const add = async (body: object = {}): Promise<Invoice> => {
  const answer = await send('POST /invoices', { body: draftOf(body) });
  expect(answer.body).toMatchObject({ status: 'draft' });
  return answer.body;
};
const issue = async (body: object = {}): Promise<Invoice> => {
  const { id } = await add(body);
  const answer = await send(`POST /invoices/${id}/finalize`, { ifMatch: '*' });
  expect(answer.status).toBe(200);
  return answer.body;
};
const read = async (id: string): Promise<Invoice> => (await send(`GET /invoices/${id}`)).body;
const count = async () =>
  (await billing.database.sql`select count(*)::int as count from invoice`)[0]?.['count'];
const pointersOf = ({ errors }: { errors: { pointer: string }[] }) =>
  errors.map(({ pointer }) => pointer);

const finalize = (id: string, request: object = { ifMatch: '*' }) =>
  send(`POST /invoices/${id}/finalize`, request);
const pay = (id: string, amountMinor: number, request: object = { ifMatch: '*' }) =>
  send(`POST /invoices/${id}/payments`, {
    body: { amountMinor, paidOn: RECENT },
    ...request,
  });
const makeVoid = (id: string, restock: boolean, request: object = { ifMatch: '*' }) =>
  send(`POST /invoices/${id}/void`, { body: { restock, reason: 'Erreur' }, ...request });
const credit = (id: string, body: object = {}, request: object = { ifMatch: '*' }) =>
  send(`POST /invoices/${id}/credit-notes`, {
    body: { reason: 'Retour', restock: false, ...body },
    ...request,
  });
const put = (body: object, request: object = { ifMatch: '*' }) =>
  send('PUT /settings', { body, ...request });
const patchSettings = (body: object, request: object = { ifMatch: '*' }) =>
  send('PATCH /settings', { body, ...request });
const giveUp = (id: string, request: object = { ifMatch: '*' }) =>
  send(`POST /invoices/${id}/uncollectible`, request);
const historyOf = async (id: string) => (await send(`GET /invoices/${id}/history`)).body;
const byField = (one: { field: string }, other: { field: string }) =>
  one.field < other.field ? -1 : 1;
const ids = async (query: string) =>
  (await send(`GET /invoices${query}`)).body.items.map(({ id }: Invoice) => id);

describe('POST /invoices', () => {
  test('answers 201 with a draft that names its buyer and takes from the product what is left out', async () => {
    const { status, headers, body } = await send('POST /invoices', {
      body: draftOf({ lines: [{ productId: product.id, quantity: '1.500', discountBp: 1000 }] }),
    });
    expect(status).toBe(201);
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('location')).toBe(`/invoices/${body.id}`);
    expect(body).toMatchObject({
      status: 'draft',
      number: null,
      issueDate: null,
      dueDate: null,
      dueDays: 30,
      currency: 'EUR',
      buyer: { name: 'Hélène Dupont', city: 'Marseille' },
      lines: [
        {
          sku: product.sku,
          description: 'Lampe',
          unit: 'pièce',
          quantity: '1.500',
          unitPrice: product.unitPrice,
          discountBp: 1000,
          vatRateBp: 2000,
          netMinor: 1687,
        },
      ],
      totals: {
        netMinor: 1687,
        vat: [{ vatRateBp: 2000, baseMinor: 1687, vatMinor: 337 }],
        vatMinor: 337,
        grossMinor: 2024,
      },
      paidMinor: 0,
      balanceMinor: 2024,
    });
    expect(await read(body.id)).toEqual(body);
  });

  test('takes what a line says instead of what the product says', async () => {
    const own = { description: 'Lampe bleue', unitPrice: '9.99', vatRateBp: 550 };
    const { lines } = await add({ lines: [{ productId: product.id, quantity: '1', ...own }] });
    expect(lines).toMatchObject([{ ...own, sku: product.sku, netMinor: 999 }]);
  });

  test('touches no stock', async () => {
    const other = await billing.addProduct();
    await add({ lines: [{ productId: other.id, quantity: '7' }] });
    expect(await billing.stockOf(other.id)).toEqual(['10.000', '0.000']);
  });

  test('answers 422 with a pointer each for a customer and products that do not exist', async () => {
    const before = await count();
    const { status, body } = await send('POST /invoices', {
      body: {
        customerId: UNKNOWN,
        lines: [...lines('1'), { productId: UNKNOWN, quantity: '1' }],
      },
    });
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(['/customerId', '/lines/1/productId']);
    expect(await count()).toBe(before);
  });

  test('answers 422 when a price would be copied from another currency', async () => {
    const { status, body } = await send('POST /invoices', { body: draftOf({ currency: 'USD' }) });
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(['/lines/0/unitPrice']);
    const own = [{ productId: product.id, quantity: '1', unitPrice: '10' }];
    expect(await add({ currency: 'USD', lines: own })).toMatchObject({ currency: 'USD' });
  });

  test("is in the customer's currency unless it says another", async () => {
    const { id: customerId } = await billing.addCustomer({ currency: 'TND' });
    const own = [{ productId: product.id, quantity: '1', unitPrice: '1.2345' }];
    expect(await add({ customerId, lines: own })).toMatchObject({
      currency: 'TND',
      totals: { netMinor: 1235 },
    });
    expect(await add({ customerId, lines: lines('1'), currency: 'EUR' })).toMatchObject({
      currency: 'EUR',
    });
    const copied = await send('POST /invoices', { body: { customerId, lines: lines('1') } });
    expect(pointersOf(copied.body)).toEqual(['/lines/0/unitPrice']);
  });

  test('answers 422 for a currency that is none, also where the customer has it from of old', async () => {
    const { id: customerId } = await billing.addCustomer();
    const kept = connect(withDatabase(testServer(), 'customer'));
    await kept`update customer set currency = 'DEM' where id = ${customerId}`;
    await kept.end();
    for (const body of [draftOf({ currency: 'DEM' }), draftOf({ customerId, lines: [] })]) {
      const answer = await send('POST /invoices', { body });
      expect([answer.status, pointersOf(answer.body)]).toEqual([422, ['/currency']]);
    }
    expect(await add({ customerId, currency: 'EUR' })).toMatchObject({ currency: 'EUR' });
  });

  test('counts in the smallest unit of the currency', async () => {
    const line = { productId: product.id, quantity: '1', unitPrice: '1234.5', vatRateBp: 1000 };
    expect((await add({ currency: 'JPY', lines: [line] })).totals.grossMinor).toBe(1359);
    expect((await add({ currency: 'TND', lines: [line] })).totals.grossMinor).toBe(1_357_950);
  });

  test.each(['9 876,54', '9 876,54 €', '9,876.54', '9.876,54', 'EUR 9876.54', '9876'])(
    'is found by its amount written as %p',
    async (q) => {
      const line = { productId: product.id, quantity: '1', unitPrice: '9876.54', vatRateBp: 0 };
      const { id } = await add({ lines: [line] });
      const { body } = await send(`GET /invoices?q=${encodeURIComponent(q)}`);
      expect(body.items.map((item: { id: string }) => item.id)).toContain(id);
    },
  );

  test('takes a discount of the whole, and prices that include VAT', async () => {
    const discounted = await add({ discountBp: 1000, lines: lines('4') });
    expect(discounted).toMatchObject({
      discountBp: 1000,
      lines: [{ netMinor: 5000 }],
      totals: { discountMinor: 500, netMinor: 4500, vatMinor: 900, grossMinor: 5400 },
    });
    const including = await add({
      pricesIncludeVat: true,
      lines: [{ productId: product.id, quantity: '2', unitPrice: '379' }, ...lines('1')],
    });
    // The product's 12.50 without VAT are 15.00 with it.
    expect(including).toMatchObject({
      pricesIncludeVat: true,
      lines: [{ netMinor: 63_167 }, { unitPrice: '15.000000', netMinor: 1250 }],
      totals: { netMinor: 64_417, vatMinor: 12_883, grossMinor: 77_300 },
    });
    for (const { id, totals } of [discounted, including]) {
      await send(`POST /invoices/${id}/finalize`, { ifMatch: 1 });
      const { pricesIncludeVat } = await read(id);
      expect((await credit(id)).body).toMatchObject({ pricesIncludeVat, totals });
    }
    const { id } = await add();
    const toggled = await send(`PATCH /invoices/${id}`, {
      body: { pricesIncludeVat: true },
      ifMatch: 1,
    });
    expect(pointersOf(toggled.body)).toEqual(['/pricesIncludeVat']);
  });

  test('answers 422 for amounts that could not be exact', async () => {
    const line = { productId: product.id, quantity: '999999999', unitPrice: '999999999999' };
    const { status, body } = await send('POST /invoices', { body: draftOf({ lines: [line] }) });
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(['/lines']);
  });

  test('gives one draft to 20 requests with the same Idempotency-Key, 422 to another body', async () => {
    const before = await count();
    const sent = { body: draftOf(), idempotencyKey: crypto.randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send('POST /invoices', sent)),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    expect((await send('POST /invoices', sent)).body).toEqual(made[0]?.body);
    expect((await send('POST /invoices', { ...sent, body: draftOf({ dueDays: 1 }) })).status).toBe(
      422,
    );
    expect(await count()).toBe(before + 1);
  });

  test('answers 409 while the first request with the key still runs', async () => {
    await billing.database.sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended('slow', 1))`;
      const answer = await send('POST /invoices', { body: draftOf(), idempotencyKey: 'slow' });
      expect(answer.status).toBe(409);
      expect(answer.headers.get('retry-after')).toBe('1');
    });
  });
});

describe('PUT, PATCH and DELETE /invoices/{id}', () => {
  test('PUT replaces the draft and moves the ETag on', async () => {
    const { id } = await add({ notes: 'Merci' });
    const body = { customerId: customer.id, dueDays: 10, lines: lines('1', '3') };
    const answer = await send(`PUT /invoices/${id}`, { body, ifMatch: 1 });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('etag')).toBe('"2"');
    expect(answer.body).toMatchObject({ id, notes: '', dueDays: 10, version: 2 });
    expect(answer.body.lines.map(({ quantity }: { quantity: string }) => quantity)).toEqual([
      '1',
      '3',
    ]);
    expect(answer.body.totals.netMinor).toBe(5000);
    expect(await read(id)).toEqual(answer.body);
  });

  test('PATCH changes what it names and nothing else', async () => {
    const draft = await add({ notes: 'Merci' });
    const answer = await send(`PATCH /invoices/${draft.id}`, { body: { dueDays: 7 }, ifMatch: 1 });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...draft,
      dueDays: 7,
      version: 2,
      updatedAt: answer.body.updatedAt,
    });
  });

  test('PATCH works without the services that it does not need', async () => {
    const { id } = await add();
    current = (await billing.start({ clients: nobody() })).app;
    expect((await send(`PATCH /invoices/${id}`, { body: { notes: 'x' }, ifMatch: 1 })).status).toBe(
      200,
    );
    const lookup = await send(`PATCH /invoices/${id}`, { body: { lines: lines('1') }, ifMatch: 2 });
    expect(lookup.status).toBe(503);
    expect(lookup.body.detail).toContain('inventory-service');
  });

  test('PATCH answers 422 for another currency under the same lines', async () => {
    const { id } = await add();
    const answer = await send(`PATCH /invoices/${id}`, { body: { currency: 'USD' }, ifMatch: 1 });
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual(['/currency']);
  });

  test('DELETE removes a draft', async () => {
    const { id } = await add();
    expect((await send(`DELETE /invoices/${id}`, { ifMatch: 1 })).status).toBe(204);
    expect((await send(`GET /invoices/${id}`)).status).toBe(404);
    expect((await send(`DELETE /invoices/${id}`, { ifMatch: 1 })).status).toBe(404);
  });

  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const bodyOf = () => (method === 'DELETE' ? {} : { body: draftOf() });

    test(`${method} answers 428 without If-Match, 412 with the current state when it is stale`, async () => {
      const { id } = await add();
      const line = `${method} /invoices/${id}`;
      expect((await send(line, bodyOf())).status).toBe(428);
      const stale = await send(line, { ...bodyOf(), ifMatch: 7 });
      expect(stale.status).toBe(412);
      expect(stale.headers.get('etag')).toBe('"1"');
      expect(stale.body.current).toMatchObject({ id, version: 1 });
      expect((await read(id)).version).toBe(1);
    });

    test(`${method} answers 404 for an unknown id`, async () => {
      expect((await send(`${method} /invoices/${UNKNOWN}`, bodyOf())).status).toBe(404);
    });

    test(`${method} answers 409 for an invoice that was issued, which stays as it is`, async () => {
      const issued = await issue();
      const answer = await send(`${method} /invoices/${issued.id}`, { ...bodyOf(), ifMatch: '*' });
      expect(answer.status).toBe(409);
      expect(answer.body.type).toBe('/problems/not-a-draft');
      expect(await read(issued.id)).toEqual(issued);
    });
  }

  test('of changes made at once under one ETag, one wins and the others get 412', async () => {
    const { id } = await add();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send(`PATCH /invoices/${id}`, { body: { notes: `${n}` }, ifMatch: 1 }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
  });
});

describe('POST /invoices/{id}/finalize', () => {
  test('gives number, dates and the buyer as he is today, and takes the stock', async () => {
    const buyer = await billing.addCustomer({ name: 'Avant' });
    const sold = await billing.addProduct();
    const { id } = await add({
      customerId: buyer.id,
      dueDays: 10,
      lines: [{ productId: sold.id, quantity: '3' }],
    });
    await billing.world.clients.customers.patch({
      id: buyer.id,
      ifMatch: 1,
      body: { name: 'Après' },
    });
    const { status, headers, body } = await finalize(id, { ifMatch: 1 });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"2"');
    const today = Temporal.Now.plainDateISO('Europe/Paris');
    expect(body).toMatchObject({
      status: 'open',
      issueDate: today.toString(),
      dueDate: today.add({ days: 10 }).toString(),
      buyer: { name: 'Après' },
      version: 2,
    });
    expect(body.number).toMatch(new RegExp(`^F${today.year}-\\d{5}$`));
    expect(await billing.stockOf(sold.id)).toEqual(['7.000', '0.000']);
  });

  test('answers 409 when stock is short, with an entry per line; the draft stays, nothing is reserved', async () => {
    const scarce = await billing.addProduct({ initialQuantity: '5' });
    const draft = await add({
      lines: [
        ...lines('1'),
        { productId: scarce.id, quantity: '3' },
        { productId: scarce.id, quantity: '3' },
      ],
    });
    const { status, body } = await finalize(draft.id);
    expect(status).toBe(409);
    expect(body.type).toBe('/problems/stock-short');
    expect(pointersOf(body).every((pointer) => /^\/lines\/[12](\/|$)/.test(pointer))).toBe(true);
    expect(pointersOf(body)).not.toEqual([]);
    expect(await read(draft.id)).toEqual(draft);
    expect(await billing.stockOf(scarce.id)).toEqual(['5.000', '0.000']);
  });

  test('answers with what is kept, to the letter', async () => {
    const { id } = await add({ discountBp: 250, notes: 'Merci' });
    const answer = await finalize(id);
    expect(await read(id)).toEqual(answer.body);
    expect(answer.headers.get('etag')).toBe('"2"');
  });

  test('issues services without any stock', async () => {
    const service = await billing.addProduct({ trackStock: false, initialQuantity: '0' });
    const { status } = await issue({ lines: [{ productId: service.id, quantity: '7.5' }] });
    expect(status).toBe('open');
  });

  test('answers 422 for a draft without lines', async () => {
    const { id } = await add({ lines: [] });
    const { status, body } = await finalize(id);
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(['/lines']);
  });

  test('answers 422 for a customer or a product that is no longer there', async () => {
    const gone = await billing.addCustomer();
    const goneProduct = await billing.addProduct();
    const [one, two] = [
      await add({ customerId: gone.id }),
      await add({ lines: [...lines('1'), { productId: goneProduct.id, quantity: '1' }] }),
    ];
    await billing.world.clients.customers.remove({ id: gone.id, ifMatch: '*' });
    await billing.world.clients.products.remove({ id: goneProduct.id, ifMatch: '*' });
    expect(pointersOf((await finalize(one.id)).body)).toEqual(['/customerId']);
    const answer = await finalize(two.id);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toContain('/lines/1/productId');
    expect(await read(one.id)).toEqual(one);
  });

  test('answers 404, 428, 412 and, for what was issued, 409', async () => {
    expect((await finalize(UNKNOWN)).status).toBe(404);
    const { id } = await add();
    expect((await finalize(id, {})).status).toBe(428);
    const stale = await finalize(id, { ifMatch: 9 });
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ id, status: 'draft' });
    expect((await finalize(id, { ifMatch: 1 })).status).toBe(200);
    const again = await finalize(id, { ifMatch: 2 });
    expect(again.status).toBe(409);
    expect(again.body.type).toBe('/problems/not-a-draft');
  });

  test('gives one number to 20 requests with the same Idempotency-Key, and the first answer to a repeat', async () => {
    const { id } = await add();
    const sent = { ifMatch: 1, idempotencyKey: `issue-${id}` };
    const answers = await Promise.all(Array.from({ length: 20 }, () => finalize(id, sent)));
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const made = answers.filter(({ status }) => status === 200);
    expect(new Set(made.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const again = await finalize(id, sent);
    expect(again.status).toBe(200);
    expect(again.body).toEqual(made[0]?.body);
    expect(await read(id)).toEqual(again.body);
    const { id: other } = await add();
    expect((await finalize(other, sent)).status).toBe(422);
  });

  test('an issued invoice keeps what it says, whatever becomes of customer and product', async () => {
    const buyer = await billing.addCustomer({ name: 'Imane' });
    const sold = await billing.addProduct({ name: 'Chaise' });
    const issued = await issue({
      customerId: buyer.id,
      lines: [{ productId: sold.id, quantity: '1' }],
    });
    const { customers, products } = billing.world.clients;
    await customers.patch({ id: buyer.id, ifMatch: '*', body: { name: 'Autre' } });
    await products.patch({ id: sold.id, ifMatch: '*', body: { name: 'Table', unitPrice: '1' } });
    expect(await read(issued.id)).toEqual(issued);
  });

  test('an invoice over nothing is paid when it is issued', async () => {
    const free = [{ productId: product.id, quantity: '1', discountBp: 10_000 }];
    expect(await issue({ lines: free })).toMatchObject({ status: 'paid', balanceMinor: 0 });
  });
});

describe('POST /invoices/{id}/payments', () => {
  test('lowers the balance until the invoice is paid, and refuses more than is due', async () => {
    const { id, balanceMinor } = await issue();
    expect(balanceMinor).toBe(3000);
    const first = await pay(id, 1000, { ifMatch: 2 });
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe(`/invoices/${id}`);
    expect(first.body).toMatchObject({
      status: 'open',
      paidMinor: 1000,
      balanceMinor: 2000,
      version: 3,
    });
    const more = await pay(id, 2001);
    expect(more.status).toBe(409);
    expect(more.body.type).toBe('/problems/overpaid');
    expect((await pay(id, 2000)).body).toMatchObject({ status: 'paid', balanceMinor: 0 });
    expect((await pay(id, 1)).status).toBe(409);
  });

  test('answers 409 for a draft and a void invoice', async () => {
    const { id } = await add();
    expect((await pay(id, 1)).body.type).toBe('/problems/not-open');
    const { id: voided } = await issue();
    await send(`POST /invoices/${voided}/void`, {
      body: { restock: false, reason: 'x' },
      ifMatch: '*',
    });
    expect((await pay(voided, 1)).body.type).toBe('/problems/not-open');
  });

  test('answers 404, 428 and 412', async () => {
    const { id } = await issue();
    expect((await pay(UNKNOWN, 1)).status).toBe(404);
    expect((await pay(id, 1, {})).status).toBe(428);
    expect((await pay(id, 1, { ifMatch: 1 })).status).toBe(412);
    expect((await pay(UNKNOWN, 1, { ifMatch: '*', idempotencyKey: 'pay-nobody' })).status).toBe(
      404,
    );
  });

  test('answers 422 for a day that the calendar does not have, is yet to come or long gone', async () => {
    const { id } = await issue();
    const { year } = Temporal.PlainDate.from(RECENT);
    const wrong = ['2026-02-30', '0000-01-01', '2026-1-1', 'today'];
    for (const paidOn of [...wrong, `${year + 1}${RECENT.slice(4)}`, `${year - 2}-11-22`]) {
      const answer = await send(`POST /invoices/${id}/payments`, {
        body: { amountMinor: 1, paidOn },
        ifMatch: '*',
      });
      expect(answer.status).toBe(422);
      expect(pointersOf(answer.body)).toEqual(['/paidOn']);
    }
  });

  test('is noted once under one Idempotency-Key', async () => {
    const { id } = await issue();
    const sent = { ifMatch: '*', idempotencyKey: `pay-${id}` };
    await Promise.all(Array.from({ length: 5 }, () => pay(id, 500, sent)));
    expect((await pay(id, 500, sent)).status).toBe(201);
    expect((await read(id)).paidMinor).toBe(500);
  });

  test('of payments made at once none goes beyond the balance', async () => {
    const { id } = await issue();
    const answers = await Promise.all(Array.from({ length: 5 }, () => pay(id, 1000)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
    expect((await read(id)).balanceMinor).toBe(0);
  });
});

describe('POST /invoices/{id}/void', () => {
  test('brings the goods back into stock, all lines of a product at once, or leaves them', async () => {
    const sold = await billing.addProduct();
    const service = await billing.addProduct({ trackStock: false, initialQuantity: '0' });
    const bought = ['1.5', '2'].map((quantity) => ({ productId: sold.id, quantity }));
    const one = await issue({ lines: [...bought, { productId: service.id, quantity: '1' }] });
    const two = await issue({ lines: bought.slice(1) });
    expect(await billing.stockOf(sold.id)).toEqual(['4.500', '0.000']);
    const answer = await makeVoid(one.id, true);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'void', number: one.number, balanceMinor: 0 });
    expect(await billing.stockOf(sold.id)).toEqual(['8.000', '0.000']);
    await makeVoid(two.id, false);
    expect(await billing.stockOf(sold.id)).toEqual(['8.000', '0.000']);
  });

  test('answers 404, 428, 412 and 409 for a draft and for what is paid in part', async () => {
    expect((await makeVoid(UNKNOWN, false)).status).toBe(404);
    const draft = await add();
    expect((await makeVoid(draft.id, false, {})).status).toBe(428);
    expect((await makeVoid(draft.id, false, { ifMatch: 4 })).status).toBe(412);
    expect((await makeVoid(draft.id, false)).body.type).toBe('/problems/not-open');
    const { id } = await issue();
    const body = { amountMinor: 1, paidOn: RECENT };
    await send(`POST /invoices/${id}/payments`, { body, ifMatch: '*' });
    const paid = await makeVoid(id, false);
    expect(paid.status).toBe(409);
    expect(paid.body.type).toBe('/problems/already-paid');
  });

  test('happens once under one Idempotency-Key', async () => {
    const sold = await billing.addProduct();
    const { id } = await issue({ lines: [{ productId: sold.id, quantity: '4' }] });
    const sent = { ifMatch: 2, idempotencyKey: `void-${id}` };
    const first = await makeVoid(id, true, sent);
    expect((await makeVoid(id, true, sent)).body).toEqual(first.body);
    expect(await billing.stockOf(sold.id)).toEqual(['10.000', '0.000']);
  });
});

describe('POST /invoices/{id}/uncollectible', () => {
  test('gives up an open invoice, which can still be paid or made void', async () => {
    const [one, two] = [await issue(), await issue()];
    const answer = await giveUp(one.id, { ifMatch: 2, idempotencyKey: `give-up-${one.id}` });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'uncollectible', balanceMinor: 3000, version: 3 });
    const body = { amountMinor: 3000, paidOn: RECENT };
    const paid = await send(`POST /invoices/${one.id}/payments`, { body, ifMatch: 3 });
    expect(paid.body).toMatchObject({ status: 'paid' });
    await giveUp(two.id);
    expect((await makeVoid(two.id, false)).body).toMatchObject({ status: 'void' });
  });

  test('answers 404, 428, 412, and 409 for what is not open', async () => {
    expect((await giveUp(UNKNOWN)).status).toBe(404);
    const { id } = await add();
    expect((await giveUp(id, {})).status).toBe(428);
    expect((await giveUp(id, { ifMatch: 2 })).status).toBe(412);
    expect((await giveUp(id)).body.type).toBe('/problems/not-open');
  });
});

describe('GET /invoices/{id}/history', () => {
  test('says what was done, by which request, with what was before and after', async () => {
    const { id } = await add();
    const changed = await send(`PATCH /invoices/${id}`, {
      body: { dueDays: 5 },
      ifMatch: 1,
      headers: { 'x-request-id': 'from-the-test', 'x-forwarded-user': 'helene' },
    });
    expect(changed.status).toBe(200);
    await send(`POST /invoices/${id}/finalize`, { ifMatch: 2 });
    await makeVoid(id, false);
    const { items, next } = await historyOf(id);
    expect(next).toBeNull();
    const actions = items.map(({ action }: AuditEvent) => action);
    expect(actions).toEqual(['voided', 'issued', 'changed', 'created']);
    expect(items[2]).toMatchObject({
      who: 'helene',
      requestId: 'from-the-test',
      changes: [{ field: 'dueDays', before: 30, after: 5 }],
    });
    expect(items[1].changes).toContainEqual({ field: 'status', before: 'draft', after: 'open' });
    expect(items[1].changes).toContainEqual({
      field: 'number',
      before: null,
      after: expect.stringMatching(/^F/),
    });
    expect(items[0].changes.toSorted(byField)).toEqual([
      { field: 'balanceMinor', before: 3000, after: 0 },
      { field: 'status', before: 'open', after: 'void' },
      { field: 'voidReason', before: '', after: 'Erreur' },
    ]);
  });

  test('remembers a draft that was deleted, and 404 for what never was', async () => {
    const { id } = await add();
    await send(`DELETE /invoices/${id}`, { ifMatch: 1 });
    const [{ action, changes }] = (await historyOf(id)).items;
    expect(action).toBe('deleted');
    expect(changes).toContainEqual({ field: 'status', before: 'draft', after: null });
    expect((await send(`GET /invoices/${UNKNOWN}/history`)).status).toBe(404);
  });

  test('is empty for an invoice that was brought in from elsewhere', async () => {
    const { id } = await add();
    const other = Bun.randomUUIDv7();
    await billing.database.sql`
      insert into invoice (id, customer_id, buyer, currency, currency_exponent, due_days, notes,
        net_minor, vat, vat_minor, gross_minor)
      select ${other}, customer_id, buyer, currency, currency_exponent, due_days, notes,
        net_minor, vat, vat_minor, gross_minor
      from invoice where id = ${id}
    `;
    expect(await historyOf(other)).toEqual({ items: [], next: null });
  });

  test('nothing is noted of what was refused', async () => {
    const { id } = await add();
    await send(`PATCH /invoices/${id}`, { body: { dueDays: 5 }, ifMatch: 9 });
    await makeVoid(id, false);
    expect((await historyOf(id)).items).toHaveLength(1);
  });
});

describe('POST /invoices/{id}/credit-notes', () => {
  test('credits in parts, in a series of its own, until nothing is left', async () => {
    const sold = await billing.addProduct({ unitPrice: '10.005' });
    const invoice = await issue({
      lines: [
        { productId: sold.id, quantity: '3' },
        { productId: sold.id, quantity: '2', vatRateBp: 550 },
      ],
    });
    const { status, headers, body } = await credit(invoice.id, {
      lines: [{ line: 0, quantity: '1' }],
      restock: true,
    });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/invoices/${invoice.id}/credit-notes/${body.id}`);
    expect(body).toMatchObject({
      number: expect.stringMatching(/^A\d{4}-\d{5}$/),
      invoiceNumber: invoice.number,
      buyer: invoice.buyer,
      lines: [{ line: 0, sku: sold.sku, quantity: '1.000', netMinor: 1001 }],
      totals: { netMinor: 1001, vatMinor: 200, grossMinor: 1201 },
    });
    expect(await read(invoice.id)).toMatchObject({
      status: 'open',
      creditedMinor: 1201,
      balanceMinor: invoice.balanceMinor - 1201,
      version: 3,
    });
    const { items } = (await send(`GET /invoices?state=credited&q=${invoice.number}`)).body;
    expect(items).toMatchObject([{ id: invoice.id, creditedMinor: 1201 }]);
    expect(await billing.stockOf(sold.id)).toEqual(['6.000', '0.000']);

    const over = await credit(invoice.id, { lines: [{ line: 0, quantity: '2.001' }] });
    expect(over.status).toBe(409);
    expect(pointersOf(over.body)).toEqual(['/lines/0/quantity']);
    const rest = await credit(invoice.id);
    expect(rest.body.lines).toMatchObject([{ quantity: '2.000' }, { quantity: '2.000' }]);
    expect(await read(invoice.id)).toMatchObject({
      status: 'paid',
      creditedMinor: invoice.totals.grossMinor,
      balanceMinor: 0,
    });
    expect((await credit(invoice.id)).body.type).toBe('/problems/overcredited');
    expect(await billing.stockOf(sold.id)).toEqual(['6.000', '0.000']);

    const of = `GET /invoices/${invoice.id}/credit-notes`;
    expect((await send(of)).body).toMatchObject({ items: [rest.body, body], total: 2 });
    const one = await send(`${of}/${body.id}`);
    expect(one.headers.get('etag')).toBe('"1"');
    expect(one.body).toEqual(body);
  });

  test('what was paid and is credited is owed to the customer', async () => {
    const { id, balanceMinor } = await issue();
    const payment = { amountMinor: balanceMinor, paidOn: RECENT };
    await send(`POST /invoices/${id}/payments`, { body: payment, ifMatch: '*' });
    await credit(id, { lines: [{ line: 0, quantity: '1' }] });
    expect(await read(id)).toMatchObject({ status: 'paid', balanceMinor: -1500 });
  });

  test('answers 422 for lines that the invoice does not have, or named twice', async () => {
    const { id } = await issue();
    const asked = [0, 0, 7].map((line) => ({ line, quantity: '0.5' }));
    const { status, body } = await credit(id, { lines: asked });
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(['/lines/1/line', '/lines/2/line']);
  });

  test('answers 404, 428, 412 and, for a draft and a void invoice, 409', async () => {
    expect((await credit(UNKNOWN)).status).toBe(404);
    const draft = await add();
    expect((await credit(draft.id, {}, {})).status).toBe(428);
    expect((await credit(draft.id, {}, { ifMatch: 9 })).status).toBe(412);
    expect((await credit(draft.id)).body.type).toBe('/problems/not-open');
    const { id } = await issue();
    await makeVoid(id, false);
    expect((await credit(id)).body.type).toBe('/problems/not-open');
    expect((await send(`GET /invoices/${id}/credit-notes/${UNKNOWN}`)).status).toBe(404);
  });

  test('a credited invoice cannot be made void', async () => {
    const { id } = await issue();
    await credit(id, { lines: [{ line: 0, quantity: '1' }] });
    expect((await makeVoid(id, false)).body.type).toBe('/problems/already-credited');
  });

  test('happens once under one Idempotency-Key, and once of ten at the same time', async () => {
    const { id } = await issue();
    const sent = { ifMatch: 2, idempotencyKey: `credit-${id}` };
    const first = await credit(id, {}, sent);
    expect((await credit(id, {}, sent)).body).toEqual(first.body);
    const other = await issue();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => credit(other.id, {}, { ifMatch: 2 })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await read(other.id)).creditedMinor).toBe(other.totals.grossMinor);
  });
});

test('GET /invoices/{id}/payments is the ledger, newest first', async () => {
  const { id } = await issue();
  for (const amountMinor of [100, 200]) {
    const body = { amountMinor, paidOn: RECENT, method: 'card', reference: 'R1' };
    await send(`POST /invoices/${id}/payments`, { body, ifMatch: '*' });
  }
  const { body } = await send(`GET /invoices/${id}/payments`);
  expect(body).toMatchObject({ total: 2, items: [{ amountMinor: 200 }, { amountMinor: 100 }] });
  expect(body.items[0]).toMatchObject({ method: 'card', reference: 'R1', currency: 'EUR' });
  expect((await send(`GET /invoices/${UNKNOWN}/payments`)).status).toBe(404);
  expect((await send(`GET /invoices/${UNKNOWN}/credit-notes`)).status).toBe(404);
});

describe('GET /invoices', () => {
  test('searches number, customer and amount, whatever case, accents and way of writing', async () => {
    const buyer = await billing.addCustomer({ name: 'Café Zürich & Fils' });
    const price = [{ productId: product.id, quantity: '1', unitPrice: '8641.975', vatRateBp: 0 }];
    const { id, number } = await issue({ customerId: buyer.id, lines: price });
    expect(await ids('?q=cafe%20zurich')).toEqual([id]);
    expect(await ids('?q=FILS%20CAFÉ')).toEqual([id]);
    expect(await ids(`?q=${number?.toLowerCase()}`)).toEqual([id]);
    for (const amount of ['8641.98', '8641,98', '8%20641,98']) {
      expect(await ids(`?q=${amount}`)).toEqual([id]);
    }
    expect(await ids('?q=nobody-has-this-name')).toEqual([]);
  });

  test('searches the SIREN, part of a number and whole amounts, and all of it together', async () => {
    const buyer = await billing.addCustomer({ name: 'Ébène SARL', siren: '443061841' });
    const price = [{ productId: product.id, quantity: '1', unitPrice: '7531.25', vatRateBp: 0 }];
    const { id, number } = await issue({ customerId: buyer.id, lines: price });
    const [, digits = ''] = number?.split('-') ?? [];
    for (const q of [
      '443061841',
      '443 061 841',
      '06184',
      'ebene 443061841',
      '7531',
      'sarl 7531',
      'sarl 7531,25',
      `ebene ${digits}`,
      `${number} EBENE`,
    ]) {
      expect([q, await ids(`?q=${encodeURIComponent(q)}`)]).toEqual([q, [id]]);
    }
    expect(await ids(`?q=${digits}`)).toContain(id);
    expect(await ids(`?q=${number?.slice(1)}`)).toEqual([id]);
    expect(await ids('?q=ebene%207532')).toEqual([]);
    expect(await ids('?q=443061842')).toEqual([]);
  });

  test('gives first whom the search names, then whose name starts so, each the newest first', async () => {
    const made = new Map<string, string>();
    for (const name of ['Ranger', 'Rangers SA', 'Ranger Nord', 'Le Ranger', 'Étrangers'])
      made.set(name, (await add({ customerId: (await billing.addCustomer({ name })).id })).id);
    const named = async (query: string) => {
      const found = await ids(query);
      return found.map((id: string) => [...made].find(([, other]) => other === id)?.[0]);
    };
    const all = ['Ranger', 'Ranger Nord', 'Rangers SA', 'Étrangers', 'Le Ranger'];
    expect(await named('?q=ranger')).toEqual(all);
    expect([
      ...(await named('?q=ranger&size=3')),
      ...(await named('?q=ranger&size=3&page=1')),
    ]).toEqual(all);
    expect(await named('?q=ranger&sort=createdAt')).toEqual([...made.keys()]);
  });

  test('finds a draft by whom it is for now, and no more by whom it was for', async () => {
    const [before, after] = await Promise.all(
      ['Quetzal', 'Ornitho'].map((name) => billing.addCustomer({ name })),
    );
    const { id } = await add({ customerId: before?.id });
    expect(await ids('?q=quetzal')).toEqual([id]);
    const body = draftOf({ customerId: after?.id });
    expect((await send(`PUT /invoices/${id}`, { body, ifMatch: '*' })).status).toBe(200);
    expect(await ids('?q=quetzal')).toEqual([]);
    expect(await ids('?q=ornitho')).toEqual([id]);
  });

  test('filters by status and customer', async () => {
    const buyer = await billing.addCustomer({ name: 'Filtre' });
    const draft = await add({ customerId: buyer.id });
    const open = await issue({ customerId: buyer.id });
    const of = `?customerId=${buyer.id}`;
    expect(await ids(of)).toEqual([open.id, draft.id]);
    expect(await ids(`${of}&status=draft`)).toEqual([draft.id]);
    expect(await ids(`${of}&status=open`)).toEqual([open.id]);
    expect(await ids(`${of}&status=void`)).toEqual([]);
    expect((await send('GET /invoices?status=lost')).status).toBe(422);
    expect((await send('GET /invoices?customerId=7')).status).toBe(422);
  });

  test('filters by what follows from amounts and dates', async () => {
    const buyer = await billing.addCustomer({ name: 'Suivi' });
    const of = `?customerId=${buyer.id}&sort=createdAt`;
    const [open, part, credited] = [
      await issue({ customerId: buyer.id, dueDays: 0 }),
      await issue({ customerId: buyer.id }),
      await issue({ customerId: buyer.id }),
    ];
    const body = { amountMinor: 1, paidOn: RECENT };
    await send(`POST /invoices/${part.id}/payments`, { body, ifMatch: '*' });
    await credit(credited.id, { lines: [{ line: 0, quantity: '1' }] });
    expect(await ids(`${of}&state=partly-paid`)).toEqual([part.id]);
    expect(await ids(`${of}&state=credited`)).toEqual([credited.id]);
    // Due today is not overdue yet; seen from tomorrow it is.
    expect(await ids(`${of}&state=overdue`)).toEqual([]);
    await billing.database.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update invoice set due_date = due_date - 1 where id = ${open.id}`;
    });
    expect(await ids(`${of}&state=overdue`)).toEqual([open.id]);
    const day = open.issueDate ?? '';
    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
    expect(await ids(`${of}&issuedFrom=${day}&issuedTo=${day}`)).toHaveLength(3);
    expect(await ids(`${of}&issuedFrom=${next}`)).toEqual([]);
    expect(await ids(`${of}&dueFrom=${next}&currency=EUR`)).toHaveLength(2);
    expect(await ids(`${of}&dueTo=${day}`)).toEqual([open.id]);
    expect(await ids(`${of}&currency=USD`)).toEqual([]);
    expect(await ids(`${of}&paidFrom=${RECENT}&paidTo=${RECENT}`)).toEqual([part.id]);
    expect(await ids(`${of}&paidTo=${addDays(RECENT, -1)}`)).toEqual([]);
    expect((await send('GET /invoices?issuedFrom=0000-00-00')).status).toBe(422);
    expect((await send('GET /invoices?state=lost')).status).toBe(422);
  });

  test('sorts by every field that it names, and pages with a total', async () => {
    const buyer = await billing.addCustomer({ name: 'Tri' });
    const made = [];
    for (const quantity of ['3', '1', '2']) {
      made.push(
        await issue({ customerId: buyer.id, dueDays: Number(quantity), lines: lines(quantity) }),
      );
    }
    const [three, one, two] = made.map(({ id }) => id);
    const of = `?customerId=${buyer.id}`;
    expect(await ids(`${of}&sort=grossMinor`)).toEqual([one, two, three]);
    expect(await ids(`${of}&sort=-dueDate`)).toEqual([three, two, one]);
    expect(await ids(`${of}&sort=number`)).toEqual([three, one, two]);
    expect(await ids(`${of}&sort=customerName,issueDate,-createdAt`)).toEqual([two, one, three]);
    const { body } = await send(`GET /invoices${of}&page=1&size=2`);
    expect(body).toMatchObject({ page: 1, size: 2, total: 3, totalIsExact: true });
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toEqual({
      id: three,
      status: 'open',
      number: made[0]?.number,
      customerId: buyer.id,
      customerName: 'Tri',
      currency: 'EUR',
      issueDate: made[0]?.issueDate,
      dueDate: made[0]?.dueDate,
      grossMinor: 4500,
      creditedMinor: 0,
      balanceMinor: 4500,
      version: 2,
      createdAt: made[0]?.createdAt,
    });
  });

  test('GET /invoices/{id} answers 404 for an unknown id', async () => {
    expect((await send(`GET /invoices/${UNKNOWN}`)).status).toBe(404);
  });
});

/** Clients of services that nobody runs. */
const nobody = () => createClients({ discovery: fixedDiscovery({}) });

test('GET /figures sums up in one currency, which is EUR unless another is asked for', async () => {
  await issue();
  const { status, body } = await send('GET /figures');
  expect(status).toBe(200);
  expect(body).toMatchObject({ currency: 'EUR', months: [{ month: expect.any(String) }] });
  expect(body.currencies).toContain('EUR');
  expect(body.currencies).not.toContain('CHF');
  expect((await send('GET /figures?currency=CHF')).body.months).toEqual([]);
});

test('GET /figures/{table} is CSV, and 422 for a notation that there is not', async () => {
  const csv = await recorder.request('/figures/months');
  expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect((await recorder.request('/figures/months?notation=x')).status).toBe(422);
});

describe('/settings', () => {
  const seller = { name: 'Ateliers Dupont', legalForm: 'SARL', capital: '10 000 €', rcs: 'Lyon' };

  test('has what the law asks for until somebody says otherwise', async () => {
    const { status, headers, body } = await send('GET /settings');
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      seller: { name: '', country: 'FR' },
      vatRatesBp: [2000, 1000, 550, 210, 0],
      invoiceSeries: 'F',
      creditNoteSeries: 'A',
      recoveryFeeMinor: 4000,
      timeZone: 'Europe/Paris',
    });
  });

  test('PUT answers 428, 412 with the current state, and 422 with pointers', async () => {
    expect((await put({ seller }, {})).status).toBe(428);
    const stale = await put({ seller }, { ifMatch: 7 });
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ version: 1 });
    for (const [body, pointer] of [
      [{ seller: { ...seller, siren: '1' } }, '/seller/siren'],
      [{ seller, creditNoteSeries: 'F' }, '/creditNoteSeries'],
      [{ seller, timeZone: 'Europe/Atlantis' }, '/timeZone'],
      [{ seller, vatRatesBp: [] }, '/vatRatesBp'],
      [{ seller: { ...seller, email: 'nobody' } }, '/seller/email'],
    ] as const) {
      const answer = await put(body);
      expect(answer.status).toBe(422);
      expect(pointersOf(answer.body)).toEqual([pointer]);
    }
    expect((await send('GET /settings')).body.version).toBe(1);
  });

  test('PATCH changes what it names, of the seller too, and the history says no more', async () => {
    const { body: before } = await put({ seller, dueDays: 30 });
    const body = { seller: { city: 'Lyon' }, dueDays: 15 };
    const { status, headers, body: after } = await patchSettings(body, { ifMatch: before.version });
    expect([status, headers.get('etag')]).toEqual([200, `"${before.version + 1}"`]);
    const { updatedAt } = after;
    const expected = { ...before, dueDays: 15, seller: { ...before.seller, city: 'Lyon' } };
    expect(after).toEqual({ ...expected, updatedAt, version: before.version + 1 });
    const { items } = (await send('GET /settings/history?size=1')).body;
    expect(items[0].changes.toSorted(byField)).toEqual([
      { field: 'city', before: '', after: 'Lyon' },
      { field: 'dueDays', before: 30, after: 15 },
    ]);
    await put({ seller });
  });

  test('PATCH answers 428, 412 with the current state, and 422 with pointers', async () => {
    const { body: before } = await put({ seller });
    expect((await patchSettings({ dueDays: 1 }, {})).status).toBe(428);
    const stale = await patchSettings({ dueDays: 1 }, { ifMatch: before.version - 1 });
    expect([stale.status, stale.body.current]).toEqual([412, before]);
    for (const [body, pointer] of [
      [{ seller: { siren: '1' } }, '/seller/siren'],
      [{ seller: { cityy: 'Lyon' } }, '/seller/cityy'],
      [{ creditNoteSeries: before.invoiceSeries }, '/creditNoteSeries'],
      [{ timeZone: 'Europe/Atlantis' }, '/timeZone'],
      [{ dueDays: null }, '/dueDays'],
    ] as const) {
      const answer = await patchSettings(body);
      expect([answer.status, pointersOf(answer.body)]).toEqual([422, [pointer]]);
    }
    expect((await send('GET /settings')).body).toEqual(before);
  });

  test('an invoice names the seller and the mentions of the day of its issue, for ever', async () => {
    const free = [{ productId: product.id, quantity: '1', vatRateBp: 0 }];
    const draft = await add({ lines: free });
    expect(draft).toMatchObject({ seller: null, mentions: [], language: null });
    const vatExemption = 'TVA non applicable, art. 293 B du CGI';
    expect((await put({ seller, vatExemption })).body).toMatchObject({ seller, vatExemption });
    const issued = await issue({ lines: free });
    expect(issued).toMatchObject({ seller, language: 'fr' });
    expect(issued.mentions.map((mention) => mention.replaceAll(/\s/g, ' '))).toEqual([
      'Nature de l’opération : livraison de biens',
      vatExemption,
      'Pénalités de retard : 12 % par an',
      'Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40,00 €',
      "Pas d'escompte pour paiement anticipé",
    ]);
    const none = { earlyPayment: '', latePenaltyBp: 0, recoveryFeeMinor: 0, language: 'en' };
    await put({ seller: { name: 'Other' }, ...none });
    expect(await read(issued.id)).toEqual(issued);
    const note = await credit(issued.id);
    expect(note.body).toMatchObject({ seller: { name: 'Other' }, mentions: [], language: 'en' });
    expect(await issue()).toMatchObject({
      seller: { name: 'Other' },
      mentions: ['Nature of the operation: supply of goods'],
    });
  });

  test('a mention about VAT goes with the rates of the lines, not with what the VAT comes to', async () => {
    const vatExemption = 'TVA non applicable, art. 293 B du CGI';
    const onDebits = 'Option pour le paiement de la taxe d’après les débits';
    const none = { earlyPayment: '', latePenaltyBp: 0, recoveryFeeMinor: 0 };
    await put({ seller, vatExemption, vatOnDebits: true, ...none });
    const line = { productId: product.id, quantity: '1', unitPrice: '0.01' };
    const free = { ...line, vatRateBp: 0 };
    const mentionsOf = async (lines: object[]) => (await issue({ lines })).mentions.slice(1);
    expect(await mentionsOf([line])).toEqual([onDebits]);
    expect(await mentionsOf([free])).toEqual([vatExemption]);
    const both = await issue({ lines: [line, free] });
    expect(both.mentions.slice(1)).toEqual([vatExemption, onDebits]);
    const note = await credit(both.id, { lines: [{ line: 1, quantity: '1' }] });
    expect(note.body.mentions).toEqual([vatExemption]);
    await put({ seller });
  });

  // In Niue it is never the day that it is in Kiritimati, where days begin first.
  test.each([
    ['Pacific/Kiritimati', 2],
    ['Pacific/Niue', 0],
  ])(
    'days are those of the company in %s, and nothing shifts them',
    async (timeZone, daysAhead) => {
      const days = () => Temporal.Now.plainDateISO(timeZone);
      // A series of its own: one that is a day ahead would not go back.
      const invoiceSeries = timeZone.endsWith('Niue') ? 'NIU' : 'KIR';
      await put({ seller: {}, timeZone, invoiceSeries });
      const before = days();
      const { id, issueDate, dueDate } = await issue({ dueDays: 31 });
      expect([String(before), String(days())]).toContain(issueDate!);
      expect(dueDate).toBe(Temporal.PlainDate.from(issueDate!).add({ days: 31 }).toString());
      const paid = (paidOn: string) =>
        send(`POST /invoices/${id}/payments`, { body: { amountMinor: 1, paidOn }, ifMatch: '*' });
      const paidOn = String(days());
      expect((await paid(paidOn)).status).toBe(201);
      const { items } = (await send(`GET /invoices/${id}/payments`)).body;
      expect(items[0].paidOn).toBe(paidOn);
      const ahead = Temporal.Now.plainDateISO('Pacific/Kiritimati').add({ days: daysAhead });
      expect(await paid(String(ahead))).toMatchObject({ status: 422 });
    },
  );

  test('a draft is due when the settings say, unless it says itself', async () => {
    const settings = { seller: {}, dueDays: 45 };
    expect((await put(settings)).status).toBe(200);
    expect((await add()).dueDays).toBe(45);
    expect((await add({ dueDays: 0 })).dueDays).toBe(0);
  });

  test('an invoice says whether it sells goods, services or both, and where and when they went', async () => {
    const service = await billing.addProduct({ trackStock: false, initialQuantity: '0' });
    const goods = { productId: product.id, quantity: '1' };
    const work = { productId: service.id, quantity: '1' };
    expect((await add({ lines: [] })).operation).toBeNull();
    const draft = await add({
      lines: [work],
      deliveredOn: RECENT,
      deliveryAddress: 'Quai 3',
    });
    expect(draft).toMatchObject({ operation: 'services', deliveredOn: RECENT });
    const patch = async (body: object) =>
      (await send(`PATCH /invoices/${draft.id}`, { body, ifMatch: '*' })).body;
    expect(await patch({ deliveredOn: null })).toMatchObject({
      deliveredOn: null,
      deliveryAddress: 'Quai 3',
      operation: 'services',
    });
    const far = '2099-01-01';
    for (const refused of [
      await send('POST /invoices', { body: draftOf({ deliveredOn: far }) }),
      await send(`PUT /invoices/${draft.id}`, {
        body: draftOf({ deliveredOn: far }),
        ifMatch: '*',
      }),
      await send(`PATCH /invoices/${draft.id}`, { body: { deliveredOn: far }, ifMatch: '*' }),
    ]) {
      expect([refused.status, pointersOf(refused.body)]).toEqual([422, ['/deliveredOn']]);
    }
    expect(await patch({ lines: [work, goods] })).toMatchObject({ operation: 'both' });
    const { body: issued } = await send(`POST /invoices/${draft.id}/finalize`, { ifMatch: '*' });
    expect(issued).toMatchObject({ operation: 'both', deliveryAddress: 'Quai 3' });
    expect(issued.mentions[0]).toBe(
      'Nature de l’opération : livraison de biens et prestation de services',
    );
    expect((await add({ lines: [goods] })).operation).toBe('goods');
  });

  test('GET /settings/history says who changed what, and nothing of what was refused', async () => {
    await put({ seller, dueDays: 30 });
    const headers = { 'x-request-id': 'request-9', 'x-forwarded-user': 'anna@example.com' };
    await put({ seller: { ...seller, name: 'Nouveau' }, dueDays: 60 }, { ifMatch: '*', headers });
    await put({ seller, timeZone: 'Europe/Atlantis' });
    await put({ seller, dueDays: 1 }, { ifMatch: 0 });
    const { items } = (await send('GET /settings/history?size=1')).body;
    expect(items).toMatchObject([
      { action: 'changed', who: 'anna@example.com', requestId: 'request-9' },
    ]);
    expect(items[0].changes).toEqual([
      { field: 'name', before: seller.name, after: 'Nouveau' },
      { field: 'dueDays', before: 30, after: 60 },
    ]);
    await put({ seller });
  });

  test('a series goes on after its last day, also when a clock or a zone goes back over New Year', async () => {
    const year = Temporal.Now.plainDateISO('Europe/Paris').year + 1;
    const day = `${year}-01-01`;
    await billing.database.sql`
      insert into number_series (series, year, last_seq, last_issue_date)
      values ('LATE', ${year}, 3, ${day})
    `;
    await put({ seller, invoiceSeries: 'LATE' });
    expect(await issue()).toMatchObject({ number: `LATE${year}-00004`, issueDate: day });
    await put({ seller });
  });

  test('another series counts on its own, and one that has invoices takes no credit notes', async () => {
    await put({ seller, invoiceSeries: 'FA' });
    expect((await issue()).number).toMatch(/^FA\d{4}-00001$/);
    const answer = await put({ seller, invoiceSeries: 'FB', creditNoteSeries: 'FA' });
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual(['/creditNoteSeries']);
    expect((await put({ seller, invoiceSeries: 'A', creditNoteSeries: 'B' })).status).toBe(422);
    await put({ seller });
  });
});

describe('a service that is needed', () => {
  const servers: Bun.Server<undefined>[] = [];
  const clientsOf = (answer: () => Response | Promise<Response>) => {
    const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: answer });
    servers.push(server);
    const { origin } = server.url;
    const services = { 'customer-service': [origin], 'inventory-service': [origin] };
    return createClients({ discovery: fixedDiscovery(services), timeoutMs: 50 });
  };
  afterAll(() => Promise.all(servers.map((server) => server.stop(true))));

  for (const { what, status, clients } of [
    { what: 'is away', status: 503, clients: nobody },
    { what: 'answers nonsense', status: 502, clients: () => clientsOf(() => new Response('?')) },
    {
      what: 'does not answer',
      status: 504,
      clients: () => clientsOf(() => new Promise<Response>(() => undefined)),
    },
  ]) {
    test(`and ${what} gives ${status} with its name, and nothing has changed`, async () => {
      const draft = await add();
      const open = await issue();
      const before = await count();
      const requests: [string, object][] = [
        ['POST /invoices', { body: draftOf() }],
        [`PUT /invoices/${draft.id}`, { body: draftOf(), ifMatch: 1 }],
        [`PATCH /invoices/${draft.id}`, { body: { lines: lines('1') }, ifMatch: 1 }],
        [`POST /invoices/${draft.id}/finalize`, { ifMatch: 1 }],
        [`POST /invoices/${open.id}/void`, { body: { restock: true, reason: 'x' }, ifMatch: 2 }],
        [
          `POST /invoices/${open.id}/credit-notes`,
          { body: { restock: true, reason: 'x' }, ifMatch: 2 },
        ],
      ];
      const answers = [];
      for (const [line, request] of requests) {
        // Clients anew, which have not learned yet to leave the others in peace.
        current = (await billing.start({ clients: clients() })).app;
        answers.push(await send(line, request));
      }
      expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => status));
      for (const { body } of answers) expect(body.detail).toMatch(/(customer|inventory)-service/);
      expect(await count()).toBe(before);
      expect(await read(draft.id)).toEqual(draft);
      expect(await read(open.id)).toEqual(open);
      // What needs nobody goes on.
      expect((await send('GET /invoices')).status).toBe(200);
      expect(
        (
          await send(`POST /invoices/${open.id}/payments`, {
            body: { amountMinor: 1, paidOn: RECENT },
            ifMatch: '*',
          })
        ).status,
      ).toBe(201);
      current = app;
      const later = await send(`POST /invoices/${draft.id}/finalize`, { ifMatch: 1 });
      expect(later.status).toBe(200);
    }, 20_000);
  }
});

describe('bad input', () => {
  const bodies = {
    create: draftOfNobody(),
    update: draftOfNobody(),
    patch: {},
    void: { restock: false, reason: 'x' },
    credit: { restock: false, reason: 'x' },
    pay: { amountMinor: 1, paidOn: RECENT },
    updateSettings: { seller: {} },
    patchSettings: {},
  };
  for (const bad of badRequests(invoices, { bodies })) {
    test(`${bad.name} answers ${bad.status} and writes nothing`, async () => {
      const before = await count();
      const response = await recorder.request(bad.path, bad.init);
      expect(response.status).toBe(bad.status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(response.headers.get('allow')).toBe(bad.allow ?? null);
      const { errors = [] } = Problem.parse(await response.json());
      expect(pointersOf({ errors })).toEqual(expect.arrayContaining([...(bad.pointers ?? [])]));
      expect(await count()).toBe(before);
    });
  }

  test('an Idempotency-Key that cannot be one answers 422 on every transition', async () => {
    const { id } = await add();
    const sent = { ifMatch: '*', idempotencyKey: 'k'.repeat(256) };
    expect((await send(`POST /invoices/${id}/finalize`, sent)).status).toBe(422);
  });

  test('whatever is sent, the answer is one that the contract declares, never a 5xx', async () => {
    const { id } = await add();
    const { id: issued } = await issue();
    const known = [id, issued, customer.id, product.id];
    await fc.assert(
      fc.asyncProperty(hostileRequests(invoices, known), async ({ path, init }) => {
        const response = await recorder.request(path, init);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});

test('GET /references counts the drafts and invoices that name a customer or a product', async () => {
  const own = await billing.addCustomer();
  const sold = await billing.addProduct();
  const body = {
    customerId: own.id,
    lines: [...lines('1', '1'), { productId: sold.id, quantity: '1' }],
  };
  const of = async (path: string) => (await send(`GET /references/${path}`)).body.references;
  expect(await of(`customers/${own.id}`)).toEqual([]);
  const draft = await add(body);
  await issue(body);
  await issue(body);
  const counts = [
    { kind: 'invoices', count: 2 },
    { kind: 'drafts', count: 1 },
  ];
  expect(await of(`customers/${own.id}`)).toEqual(counts);
  expect(await of(`products/${sold.id}`)).toEqual(counts);
  await send(`DELETE /invoices/${draft.id}`, { ifMatch: '*' });
  expect(await of(`customers/${own.id}`)).toEqual([{ kind: 'invoices', count: 2 }]);
  expect(await of(`shelves/${own.id}`)).toEqual([]);
  expect((await send(`POST /references/shelves/${own.id}/forget`)).status).toBe(204);
});

test('openapi.json describes every operation', async () => {
  const response = await app.request('/openapi.json');
  expect(response.status).toBe(200);
  const { paths }: { paths: Record<string, object> } = JSON.parse(await response.text());
  const described = Object.values(paths).flatMap((methods) => Object.keys(methods));
  expect(described).toHaveLength(Object.keys(invoices.operations).length);
});

test('every status that openapi.json declares was produced', () => {
  expect(recorder.missingStatuses()).toEqual([]);
});

function draftOfNobody() {
  return { customerId: UNKNOWN, lines: [] };
}
