import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { testBillingApi, UNKNOWN } from './testing-api.ts';
import { testNeeds } from './testing-needs.ts';

const api = await testBillingApi('void');
const { add, billing, issue, makeVoid, pay } = api;

afterAll(api.stop);

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
    await pay(id, 1);
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

testNeeds(api, async () => [
  [
    `POST /invoices/${(await issue()).id}/void`,
    { body: { restock: true, reason: 'x' }, ifMatch: 2 },
  ],
]);

testBadInput(api.badInput);
