import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import type { Movement } from './movement-contract.ts';
import { testInventory, UNKNOWN } from './testing-inventory.ts';

const inventory = await testInventory('reserveAll', 'commitAll');
const { add, contract, recorder, send, stockOf } = inventory;

beforeEach(() => inventory.empty());
afterAll(inventory.drop);

const newId = () => Bun.randomUUIDv7();

const reserveAll = (...reservations: { id: string; lines: object[] }[]) =>
  send('POST /reservations', { body: { reservations } });
const commitAll = (...reservations: object[]) =>
  send('POST /reservation-commits', { body: { reservations } });
const lineOf = (productId: string, quantity: string) => ({
  id: newId(),
  lines: [{ productId, quantity }],
});

describe('POST /reservations and /reservation-commits', () => {
  test('each stands by itself, and later ones see what earlier ones took', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const [first, tooMuch, second] = [lineOf(id, '6'), lineOf(id, '5'), lineOf(id, '4')];
    const nothing = lineOf(UNKNOWN, '1');
    const { status, body } = await reserveAll(first, tooMuch, nothing, second);
    expect(status).toBe(200);
    expect(body.outcomes).toEqual([
      { id: first.id },
      {
        id: tooMuch.id,
        problem: expect.objectContaining({
          type: '/problems/stock-short',
          status: 409,
          errors: [expect.objectContaining({ detail: '4 available, 5 asked for' })],
        }),
      },
      { id: nothing.id, problem: expect.objectContaining({ status: 422 }) },
      { id: second.id },
    ]);
    expect(await stockOf(id)).toEqual({ onHand: '10.000', reserved: '10.000', available: '0.000' });
    expect((await send(`GET /reservations/${tooMuch.id}`)).status).toBe(404);
    expect((await send(`GET /reservations/${first.id}`)).body.lines).toEqual([
      { productId: id, quantity: '6.000' },
    ]);

    const again = await reserveAll(first, second);
    expect(again.body.outcomes).toEqual([{ id: first.id }, { id: second.id }]);
    expect((await stockOf(id)).reserved).toBe('10.000');

    await send(`DELETE /reservations/${second.id}`);
    const committed = await commitAll(
      { id: first.id, who: 'Hélène' },
      { id: second.id },
      { id: tooMuch.id },
    );
    expect(committed.body.outcomes).toEqual([
      { id: first.id },
      { id: second.id, problem: expect.objectContaining({ status: 409 }) },
      { id: tooMuch.id, problem: expect.objectContaining({ status: 404 }) },
    ]);
    await commitAll({ id: first.id });
    expect(await stockOf(id)).toEqual({ onHand: '4.000', reserved: '0.000', available: '4.000' });
    const { items } = (await send(`GET /products/${id}/movements`)).body;
    expect(items[0]).toMatchObject({
      delta: '-6.000',
      reference: first.id,
      balanceAfter: '4.000',
      who: 'Hélène',
    });
  });

  test('balances follow one another when one product is taken many times at once', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const all = Array.from({ length: 5 }, () => lineOf(id, '1.5'));
    await reserveAll(...all);
    await commitAll(...all.map((one) => ({ id: one.id })));
    const { items } = (await send(`GET /products/${id}/movements`)).body;
    expect(items.map(({ balanceAfter }: Movement) => balanceAfter)).toEqual([
      '2.500',
      '4.000',
      '5.500',
      '7.000',
      '8.500',
      '10.000',
    ]);
  });

  test('batches over the same products, in any order and at the same time, never give a deadlock', async () => {
    const shelves = await Promise.all(
      Array.from({ length: 6 }, (_, n) => add({ sku: `S-${n}`, initialQuantity: '100' })),
    );
    const batch = (n: number) => {
      const lines = shelves.map(({ id }) => ({ productId: id, quantity: '1' }));
      return [0, 1].map(() => ({ id: newId(), lines: n % 2 === 0 ? lines : lines.toReversed() }));
    };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const reservations = batch(n);
        await reserveAll(...reservations);
        return commitAll(...reservations.map(({ id }) => ({ id })));
      }),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.outcomes.filter(({ problem }: { problem?: object }) => problem)).toEqual([]);
    }
    expect(await stockOf(shelves[0]!.id)).toMatchObject({ onHand: '60.000', reserved: '0.000' });
  });

  test('answers 422 for one that is named twice', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const one = lineOf(id, '1');
    const { status, body } = await reserveAll(one, lineOf(id, '1'), one);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '/reservations/2/id', code: 'twice' }]);
    expect((await commitAll({ id: one.id }, { id: one.id })).status).toBe(422);
  });
});

testBadInput({
  contract,
  bodies: {},
  recorder,
  prepare: async () => [(await add({ sku: newId(), initialQuantity: '3' })).id],
  state: inventory.everything,
  hostileRuns: 200,
});
