import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { pointersOf, RECENT, testBillingApi, UNKNOWN } from './testing-api.ts';
import { nobody } from './testing-needs.ts';

const api = await testBillingApi('payments');
const { add, giveUp, issue, makeVoid, pay, read, send } = api;

afterAll(api.stop);

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
    await makeVoid(voided, false);
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
});

describe('POST /invoices/{id}/uncollectible', () => {
  test('gives up an open invoice, which can still be paid or made void', async () => {
    const [one, two] = [await issue(), await issue()];
    const answer = await giveUp(one.id, { ifMatch: 2, idempotencyKey: `give-up-${one.id}` });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'uncollectible', balanceMinor: 3000, version: 3 });
    expect((await pay(one.id, 3000, { ifMatch: 3 })).body).toMatchObject({ status: 'paid' });
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

test('what needs no other service goes on without them', async () => {
  const { id } = await issue();
  await api.among(nobody(), async () => {
    expect((await send('GET /invoices')).status).toBe(200);
    expect((await pay(id, 1)).status).toBe(201);
  });
});

testBadInput(api.badInput);
