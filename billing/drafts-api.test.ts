import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';
import { connect } from 'platform/database';
import { withDatabase } from 'platform/database-url';

import { pointersOf, testBillingApi, UNKNOWN } from './testing-api.ts';
import { testNeeds } from './testing-needs.ts';
import { testServer } from './testing-world.ts';

const api = await testBillingApi('drafts');
const { add, billing, credit, draftOf, finalize, lines, product, read, send } = api;

afterAll(api.stop);

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
    const before = (await api.state())?.['invoices'];
    const { status, body } = await send('POST /invoices', {
      body: {
        customerId: UNKNOWN,
        lines: [...lines('1'), { productId: UNKNOWN, quantity: '1' }],
      },
    });
    expect(status).toBe(422);
    expect(pointersOf(body)).toEqual(['/customerId', '/lines/1/productId']);
    expect((await api.state())?.['invoices']).toBe(before);
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
      await finalize(id, { ifMatch: 1 });
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
    const before = (await api.state())?.['invoices'];
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
    expect((await api.state())?.['invoices']).toBe(before + 1);
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

test('GET /invoices/{id} answers 404 for an unknown id', async () => {
  expect((await send(`GET /invoices/${UNKNOWN}`)).status).toBe(404);
});

testNeeds(api, () => Promise.resolve([['POST /invoices', { body: draftOf() }]]));

testBadInput(api.badInput);
