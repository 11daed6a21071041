import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import fc from 'fast-check';
import { connect } from 'platform/database';

import { demoProducts } from './demo.ts';
import { expireReservations } from './expiry-store.ts';
import { counted, moved } from './movements.ts';
import { createProductStore } from './store.ts';
import { newProduct, outcome, testStock } from './testing-stock.ts';

const stock = await testStock();
const { disagreements, letExpire, movements, products, reservations, reserve, sql, stockOf, url } =
  stock;

beforeEach(() => stock.empty());
afterAll(stock.drop);

const newId = () => Bun.randomUUIDv7();

describe('overselling is impossible', () => {
  test('of 50 buyers of the last 10, exactly 10 get one', async () => {
    const product = await products.create(newProduct('10'));
    const buyers = Array.from({ length: 50 }, async () => {
      const id = newId();
      await reserve(id, product.id, '1');
      await reservations.commit(id);
    });
    const outcomes = Map.groupBy(await Promise.all(buyers.map(outcome)), (kind) => kind);
    expect(outcomes.get('done')).toHaveLength(10);
    expect(outcomes.get('stock-short')).toHaveLength(40);
    expect(await stockOf(product)).toEqual(['0.000', '0.000']);
    expect(await disagreements()).toHaveLength(0);
  });

  test('buyers of the same products in opposite orders never run into a deadlock', async () => {
    const one = await products.create(newProduct('1000'));
    const two = await products.create(newProduct('1000'));
    const buyers = Array.from({ length: 40 }, async (_, n) => {
      const id = newId();
      const lines = [one, two].map((product) => ({ productId: product.id, quantity: '1' }));
      await reservations.reserve(id, {
        lines: n % 2 ? lines : lines.toReversed(),
        expiresInSeconds: 900,
      });
      await (n % 3 ? reservations.commit(id) : reservations.release(id));
    });
    expect(new Set(await Promise.all(buyers.map(outcome)))).toEqual(new Set(['done']));
    expect(await disagreements()).toHaveLength(0);
  });

  test('the database itself refuses stock below zero or below what is reserved', async () => {
    const { id } = await products.create(newProduct('5'));
    await reserve(newId(), id, '3');
    for (const change of [
      sql`update product set on_hand = -1 where id = ${id}`,
      sql`update product set on_hand = 2 where id = ${id}`,
      sql`update product set reserved = 6 where id = ${id}`,
      sql`update product set reserved = -1 where id = ${id}`,
      sql`update product set unit_price = 'NaN' where id = ${id}`,
      sql`update product set low_stock_threshold = 'NaN' where id = ${id}`,
      sql`update reservation_line set quantity = 'NaN' where product_id = ${id}`,
      sql`
        insert into stock_movement (id, product_id, delta, reason, balance_after)
        values (${newId()}, ${id}, 'NaN', 'receipt', 5)
      `,
      sql`
        insert into stock_movement (id, product_id, delta, reason, balance_after)
        values (${newId()}, ${id}, 1, 'receipt', 'NaN')
      `,
    ]) {
      expect(await outcome(change)).toContain('violates check constraint');
    }
  });

  test('whatever is done in whatever order, the stock is the sum of what was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        await sql`truncate product, reservation, reservation_line`;
        const one = (await products.create(newProduct('7'))).id;
        const two = (await products.create(newProduct('3.5'))).id;
        // Two at a time, as two callers would.
        for (let at = 0; at < steps.length; at += 2) {
          const pair = steps.slice(at, at + 2).map((step) => outcome(step(one, two)));
          for (const kind of await Promise.all(pair)) expect(REFUSALS).toContain(kind);
          expect(await disagreements()).toHaveLength(0);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

const REFUSALS = new Set([
  'done',
  'stock-short',
  'not-found',
  'reservation-released',
  'reservation-committed',
]);
type Step = (one: string, two: string) => Promise<unknown>;
const someId = fc.constantFrom(newId(), newId(), newId());
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(someId, fc.nat(6), fc.nat(6)).map(([id, n, m]): Step => (one, two) => {
    const lines = [
      { productId: one, quantity: `${n}.5` },
      { productId: two, quantity: `${m}.25` },
      { productId: one, quantity: '0.5' },
    ];
    return reservations.reserve(id, { lines, expiresInSeconds: 60 });
  }),
  someId.map(
    (id): Step =>
      () =>
        reservations.commit(id),
  ),
  someId.map(
    (id): Step =>
      () =>
        reservations.release(id),
  ),
  someId.map(
    (id): Step =>
      async () =>
        letExpire(id),
  ),
  fc.integer({ min: 1, max: 4 }).map((n): Step => (one) => {
    const delta = `${n % 2 ? '-' : ''}${n}`;
    const movement = { delta, reason: 'adjustment', note: 'Casse', reference: '' } as const;
    return movements.add(one, (stock) => moved(stock, movement));
  }),
  fc.nat(9).map((n): Step => (one) => {
    return movements.add(one, (stock) => counted(stock, { counted: `${n}.75`, note: '' }));
  }),
  fc.constant<Step>(() => expireReservations(sql)),
);

test('movements can only be added: the database refuses to change, delete or truncate them', async () => {
  const { id } = await products.create(newProduct('5'));
  for (const change of [
    sql`update stock_movement set delta = 1 where product_id = ${id}`,
    sql`delete from stock_movement where product_id = ${id}`,
    sql`truncate stock_movement`,
  ]) {
    expect(await outcome(change)).toContain('it is only ever added to');
  }
});

test('the ledger of a deleted product stays', async () => {
  const { id } = await products.create(newProduct('5'));
  await products.remove(id, () => undefined);
  const rows = await sql`select delta from stock_movement where product_id = ${id}`;
  expect(rows).toHaveLength(1);
});

test('seed() loads the demo with its stock once, even when two processes start together', async () => {
  const other = connect(url, { maxConnections: 1 });
  await Promise.all([products.seed(demoProducts), createProductStore(other).seed(demoProducts)]);
  await other.end();
  const { items } = await products.list({
    q: '',
    sort: [],
    page: 0,
    size: 100,
    archived: false,
    lowStock: false,
    ids: [],
  });
  expect(items.map(({ name, onHand }) => [name, onHand])).toEqual([
    ['Imprimante laser', '2.000'],
    ['Ordinateur portable', '12.000'],
    ['Smartphone', '22.000'],
  ]);
  expect(await disagreements()).toHaveLength(0);
});
