import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { pointersOf, testBillingApi, UNKNOWN } from './testing-api.ts';
import { testNeeds } from './testing-needs.ts';

const api = await testBillingApi('issue');
const { add, billing, finalize, issue, lines, product, read } = api;

afterAll(api.stop);

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

test('an Idempotency-Key that cannot be one answers 422 on every transition', async () => {
  const { id } = await add();
  const sent = { ifMatch: '*', idempotencyKey: 'k'.repeat(256) };
  expect((await finalize(id, sent)).status).toBe(422);
});

testNeeds(api, async () => [[`POST /invoices/${(await add()).id}/finalize`, { ifMatch: 1 }]]);

testBadInput(api.badInput);
