import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';
import { until } from 'platform/testing';

import { pointersOf, testBillingApi, UNKNOWN } from './testing-api.ts';
import { someoneWaits } from './testing-billing.ts';
import { testNeeds } from './testing-needs.ts';

const api = await testBillingApi('credits');
const { add, billing, credit, issue, makeVoid, pay, read, send } = api;

afterAll(api.stop);

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
    await pay(id, balanceMinor);
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
    expect((await send(`GET /invoices/${UNKNOWN}/credit-notes`)).status).toBe(404);
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

  test('is by the settings that hold when its number is given', async () => {
    const { sql } = billing.database;
    const { id } = await issue();
    const changed = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const change = sql.begin(async (tx) => {
      await tx`
        update company
        set settings = jsonb_set(settings, '{creditNoteSeries}', '"AV"'), version = version + 1
      `;
      changed.resolve();
      await goOn.promise;
    });
    await changed.promise;
    let isAnswered = false;
    const crediting = credit(id).finally(() => (isAnswered = true));
    await until(async () => isAnswered || (await someoneWaits(sql)), { what: 'the wait' });
    goOn.resolve();
    await change;
    expect((await crediting).body.number).toMatch(/^AV\d{4}-00001$/);
    await api.put({ seller: {} });
  });
});

testNeeds(api, async () => [
  [
    `POST /invoices/${(await issue()).id}/credit-notes`,
    { body: { restock: true, reason: 'x' }, ifMatch: 2 },
  ],
]);

testBadInput(api.badInput);
