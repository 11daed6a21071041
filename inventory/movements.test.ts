import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import fc from 'fast-check';
import { testBadInput } from 'platform/bad-input';
import { ProblemError } from 'platform/problem';
import { until } from 'platform/testing';

import type { Movement } from './movement-contract.ts';
import { insertMovements } from './movement-store.ts';
import { counted, moved } from './movements.ts';
import { quantityOf, thousandths } from './quantity.ts';
import { testInventory, UNKNOWN } from './testing-inventory.ts';

const inventory = await testInventory('movements', 'move', 'count');
const { add, contract, find, move, recorder, reserve, send, sql, stockOf } = inventory;

beforeEach(() => inventory.empty());
afterAll(inventory.drop);

const amount = fc.bigInt({ min: 0n, max: 999_999_999_999n });
const signed = fc.bigInt({ min: -999_999_999_999n, max: 999_999_999_999n });
const stock = fc.tuple(amount, amount).map(([reserved, available]) => ({
  trackStock: true,
  onHand: quantityOf(reserved + available),
  reserved: quantityOf(reserved),
}));
const fits = (balance: bigint, { reserved }: { reserved: string }) =>
  balance >= thousandths(reserved) && balance <= 999_999_999_999n;
const typeOf = (work: () => unknown) => {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof ProblemError ? error.type : String(error);
  }
};

describe('moved()', () => {
  const receipt = { delta: '1', reason: 'receipt', note: '', reference: '' } as const;
  const plenty = { trackStock: true, onHand: '5', reserved: '0' };

  test('adds exactly, and never leaves less than what is reserved', () => {
    fc.assert(
      fc.property(stock, signed, (stock, delta) => {
        const movement = { ...receipt, delta: quantityOf(delta), reason: 'adjustment', note: 'x' };
        const balance = thousandths(stock.onHand) + delta;
        const result = typeOf(() =>
          expect(moved(stock, { ...movement, reason: 'adjustment' })).toEqual({
            ...movement,
            reason: 'adjustment',
            balanceAfter: quantityOf(balance),
          }),
        );
        expect(result === 'done').toBe(fits(balance, stock));
      }),
    );
  });

  test('refuses a receipt that takes away, an adjustment that does not say why, and a service', () => {
    expect(typeOf(() => moved(plenty, { ...receipt, delta: '-1' }))).toBe('invalid-request');
    expect(typeOf(() => moved(plenty, { ...receipt, reason: 'adjustment' }))).toBe(
      'invalid-request',
    );
    expect(typeOf(() => moved({ ...plenty, trackStock: false }, receipt))).toBe(
      'stock-not-tracked',
    );
  });
});

test('counted() makes what is on hand what was counted, unless more is reserved', () => {
  fc.assert(
    fc.property(stock, amount, (stock, found) => {
      const result = typeOf(() => {
        const { delta, balanceAfter } = counted(stock, { counted: quantityOf(found), note: '' });
        expect(balanceAfter).toBe(quantityOf(found));
        expect(thousandths(stock.onHand) + thousandths(delta)).toBe(found);
      });
      expect(result === 'done').toBe(fits(found, stock));
    }),
  );
});

describe('/products/{id}/movements', () => {
  test('POST moves stock, says the balance, and moves the ETag of the product on', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const answer = await move(id, { delta: '-2.5', reason: 'adjustment', note: 'Casse' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/products/${id}/movements`);
    expect(answer.body).toMatchObject({
      productId: id,
      delta: '-2.500',
      reason: 'adjustment',
      note: 'Casse',
      reference: '',
      balanceAfter: '7.500',
    });
    expect(await find(id)).toMatchObject({ onHand: '7.500', version: 2 });
  });

  test('a movement says who made it, as its request does, or nobody', async () => {
    const { id } = await add({ initialQuantity: '1' });
    const body = { delta: '1', reason: 'receipt' };
    const headers = { 'x-forwarded-user': 'imane@example.com' };
    const moved = await send(`POST /products/${id}/movements`, { body, headers });
    expect(moved.body.who).toBe('imane@example.com');
    const { items } = (await send(`GET /products/${id}/movements`)).body;
    expect(items.map(({ who }: Movement) => who)).toEqual(['imane@example.com', null]);
  });

  test('GET gives the ledger newest first and goes on from a cursor, whatever came meanwhile', async () => {
    const { id } = await add({ initialQuantity: '1' });
    for (const note of ['Été', 'Hiver', 'Printemps']) {
      await move(id, { delta: '1', reason: 'receipt', note });
    }
    const first = (await send(`GET /products/${id}/movements?size=2`)).body;
    await move(id, { delta: '1', reason: 'receipt', note: 'Automne' });
    const rest = (await send(`GET /products/${id}/movements?cursor=${first.next}`)).body;
    const seen = [...first.items, ...rest.items];
    expect(seen.map(({ note, balanceAfter }: Movement) => [note, balanceAfter])).toEqual([
      ['Printemps', '4.000'],
      ['Hiver', '3.000'],
      ['Été', '2.000'],
      ['', '1.000'],
    ]);
    expect(rest.next).toBeNull();
    expect((await send(`GET /products/${id}/movements?cursor=x`)).status).toBe(422);
  });

  test('GET still gives the ledger of a product that is gone', async () => {
    const { id } = await add({ initialQuantity: '1' });
    await send(`DELETE /products/${id}`, { ifMatch: '*' });
    expect((await send(`GET /products/${id}/movements`)).body.items).toHaveLength(1);
  });

  test('a count makes what is on hand what was counted, and says the difference', async () => {
    const { id } = await add({ initialQuantity: '10' });
    await reserve(Bun.randomUUIDv7(), [{ productId: id, quantity: '4' }]);
    const count = (found: string) =>
      send(`POST /products/${id}/counts`, { body: { counted: found, note: 'Inventaire' } });
    const answer = await count('7.5');
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      delta: '-2.500',
      reason: 'count',
      note: 'Inventaire',
      balanceAfter: '7.500',
    });
    expect((await count('7.5')).body).toMatchObject({ delta: '0.000', balanceAfter: '7.500' });
    const short = await count('3.999');
    expect([short.status, short.body.type]).toEqual([409, '/problems/stock-short']);
    expect(short.body.errors).toEqual([
      { pointer: '/counted', code: 'stock_short', detail: '4 reserved, 3.999 counted' },
    ]);
    expect((await count('-1')).status).toBe(422);
    expect(await stockOf(id)).toMatchObject({ onHand: '7.500', reserved: '4.000' });
  });

  test('answers 404 for an unknown product, even under an Idempotency-Key', async () => {
    expect((await send(`GET /products/${UNKNOWN}/movements`)).status).toBe(404);
    expect((await move(UNKNOWN, { delta: '1', reason: 'receipt' }, 'k')).status).toBe(404);
    const count = { body: { counted: '1' }, idempotencyKey: 'k' };
    expect((await send(`POST /products/${UNKNOWN}/counts`, count)).status).toBe(404);
  });

  test('answers 409 when less than what is reserved would stay', async () => {
    const { id } = await add({ initialQuantity: '10' });
    await reserve(Bun.randomUUIDv7(), [{ productId: id, quantity: '4' }]);
    const answer = await move(id, { delta: '-6.001', reason: 'adjustment', note: 'Casse' });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/stock-short');
    expect(answer.body.errors).toEqual([
      { pointer: '/delta', code: 'stock_short', detail: '6 available, 6.001 asked for' },
    ]);
    expect((await move(id, { delta: '-6', reason: 'adjustment', note: 'Casse' })).status).toBe(201);
  });

  test('answers 409 for a product without stock, and for more than can be counted', async () => {
    const service = await add({ sku: 'S', trackStock: false });
    const untracked = await move(service.id, { delta: '1', reason: 'receipt' });
    expect([untracked.status, untracked.body.type]).toEqual([409, '/problems/stock-not-tracked']);
    const full = await add({ initialQuantity: '999999999.999' });
    const tooMuch = await move(full.id, { delta: '0.001', reason: 'receipt' });
    expect([tooMuch.status, tooMuch.body.type]).toEqual([409, '/problems/stock-too-large']);
  });

  test('answers 422 for zero, a receipt that takes away, a sale by hand, an adjustment without a why', async () => {
    const { id } = await add({ initialQuantity: '5' });
    for (const body of [
      { delta: '0.000', reason: 'receipt' },
      { delta: '-1', reason: 'receipt' },
      { delta: '-1', reason: 'sale' },
      { delta: '-1', reason: 'adjustment' },
      { delta: '1234567890', reason: 'receipt' },
    ]) {
      expect((await move(id, body)).status).toBe(422);
    }
    expect((await find(id)).onHand).toBe('5.000');
  });

  test('moves once for repeats under one Idempotency-Key', async () => {
    const { id } = await add();
    const body = { delta: '3', reason: 'return' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => move(id, body, 'void-1')));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect((await find(id)).onHand).toBe('3.000');
  });

  test('moves once for ever under one id, and answers 409 for something else under it', async () => {
    const { id: productId } = await add();
    const id = crypto.randomUUID();
    const body = { id, delta: '3', reason: 'return' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => move(productId, body)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    // Also when there is nothing left to change: it is what was done that is told.
    await send(`POST /products/${productId}/counts`, { body: { counted: '0' } });
    expect((await move(productId, body)).body).toEqual(answers[0]?.body);
    expect(answers[0]?.body).toMatchObject({ id, balanceAfter: '3.000' });
    const others = [
      await move(productId, { ...body, delta: '4' }),
      await move((await add({ sku: 'OTHER' })).id, body),
    ];
    for (const { status, body: problem } of others) {
      expect([status, problem.type]).toEqual([409, '/problems/movement-id-taken']);
    }
    expect((await find(productId)).onHand).toBe('0.000');
  });

  test('answers 409 also when another product gets a movement with the id at the same moment', async () => {
    const { id: productId } = await add();
    const other = await add({ sku: 'OTHER' });
    const id = crypto.randomUUID();
    const body = { id, delta: '3', reason: 'return' };
    const written = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const writing = sql.begin(async (tx) => {
      await insertMovements(tx, [
        { productId: other.id, ...body, reason: 'return', balanceAfter: '3' },
      ]);
      written.resolve();
      await goOn.promise;
    });
    await written.promise;
    const answer = move(productId, body, 'same-moment');
    const waiting = () => sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
    `;
    await until(async () => (await waiting()).length > 0, { what: 'the wait' });
    goOn.resolve();
    await writing;
    const { status, body: problem } = await answer;
    expect([status, problem.type]).toEqual([409, '/problems/movement-id-taken']);
    expect((await find(productId)).onHand).toBe('0.000');
  });

  test('answers 409 while the first request with an Idempotency-Key still runs', async () => {
    const { id } = await add();
    await sql.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended('slow', 1))`;
      expect((await move(id, { delta: '1', reason: 'receipt' }, 'slow')).status).toBe(409);
      const count = { idempotencyKey: 'slow', body: { counted: '1' } };
      expect((await send(`POST /products/${id}/counts`, count)).status).toBe(409);
    });
  });
});

testBadInput({
  contract,
  bodies: { move: { delta: '1', reason: 'receipt' }, count: { counted: '1' } },
  recorder,
  prepare: async () => [(await add({ sku: Bun.randomUUIDv7(), initialQuantity: '3' })).id],
  state: inventory.everything,
  hostileRuns: 200,
});
