import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';

import fc from 'fast-check';
import { connect } from 'platform/database';
import { ProblemError } from 'platform/problem';
import { type TestDatabase, testDatabase } from 'platform/testing';

import type { NewProduct, Product } from './contract.ts';
import { demoProducts } from './demo.ts';
import { expireReservations } from './expiry-store.ts';
import { createMovementStore, type MovementStore } from './movement-store.ts';
import { counted, moved } from './movements.ts';
import { createReservationStore, type ReservationStore } from './reservation-store.ts';
import { createProductStore, type ProductStore } from './store.ts';

let database: TestDatabase;
let store: ProductStore;
let movements: MovementStore;
let reservations: ReservationStore;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  store = createProductStore(database.sql);
  movements = createMovementStore(database.sql);
  reservations = createReservationStore(database.sql);
});
beforeEach(async () => {
  await database.sql`truncate product, reservation, reservation_line, data_load`;
});
afterAll(() => database.drop());

const newId = () => Bun.randomUUIDv7();
const newProduct = (initialQuantity: string, more: Partial<NewProduct> = {}): NewProduct => ({
  sku: newId(),
  name: 'Lampe',
  unit: '',
  unitPrice: '1',
  currency: 'EUR',
  vatRateBp: 2000,
  trackStock: true,
  lowStockThreshold: '0',
  initialQuantity,
  ...more,
});
const reserve = (id: string, productId: string, quantity: string) =>
  reservations.reserve(id, { lines: [{ productId, quantity }], expiresInSeconds: 900 });
const stockOf = async ({ id }: Product) => {
  const product = await store.find(id);
  return [product?.onHand, product?.reserved];
};
const letExpire = (id: string) =>
  database.sql`update reservation set expires_at = now() - interval '1 s' where id = ${id}`;
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.type : String(error)),
  );
/** What every product says of its stock, against the sums of what lies behind it. */
const disagreements = () => database.sql`
  select product.id
  from product
  where on_hand <> (
    select coalesce(sum(delta), 0) from stock_movement where product_id = product.id
  )
  or reserved <> (
    select coalesce(sum(line.quantity), 0)
    from reservation_line line
    join reservation on reservation.id = line.reservation_id
    where line.product_id = product.id and line.tracked and reservation.status = 'held'
  )
  or on_hand is distinct from coalesce((
    select balance_after from stock_movement where product_id = product.id order by seq desc limit 1
  ), 0)
`;

describe('overselling is impossible', () => {
  test('of 50 buyers of the last 10, exactly 10 get one', async () => {
    const product = await store.create(newProduct('10'));
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
    const one = await store.create(newProduct('1000'));
    const two = await store.create(newProduct('1000'));
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
    const { id } = await store.create(newProduct('5'));
    await reserve(newId(), id, '3');
    const { sql } = database;
    for (const change of [
      sql`update product set on_hand = -1 where id = ${id}`,
      sql`update product set on_hand = 2 where id = ${id}`,
      sql`update product set reserved = 6 where id = ${id}`,
      sql`update product set reserved = -1 where id = ${id}`,
    ]) {
      expect(await outcome(change)).toContain('violates check constraint');
    }
  });

  test('whatever is done in whatever order, the stock is the sum of what was done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
        await database.sql`truncate product, reservation, reservation_line`;
        const one = (await store.create(newProduct('7'))).id;
        const two = (await store.create(newProduct('3.5'))).id;
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
  fc.constant<Step>(() => expireReservations(database.sql)),
);

describe('what is held too long', () => {
  test('is given back by the sweeper, once, even when two sweep', async () => {
    const product = await store.create(newProduct('10'));
    const ids = Array.from({ length: 120 }, newId);
    for (const id of ids) await reserve(id, product.id, '0.05');
    await Promise.all(ids.slice(0, 110).map(letExpire));
    const other = connect(database.url, { maxConnections: 1 });
    const swept = await Promise.all([expireReservations(database.sql), expireReservations(other)]);
    await other.end();
    expect(swept[0] + swept[1]).toBe(110);
    expect(await stockOf(product)).toEqual(['10.000', '0.500']);
    expect(await expireReservations(database.sql)).toBe(0);
  }, 30_000);

  test('goes to whoever reserves the same product, before any sweeper came', async () => {
    const product = await store.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    expect(await outcome(reserve(newId(), product.id, '1'))).toBe('stock-short');
    await letExpire(late);
    expect(await outcome(reserve(newId(), product.id, '1'))).toBe('done');
    expect((await reservations.find(late))?.status).toBe('released');
    expect(await disagreements()).toHaveLength(0);
  });

  test('can still be committed while nobody else has taken it', async () => {
    const product = await store.create(newProduct('1'));
    const [unswept, swept] = [newId(), newId()];
    await reserve(unswept, product.id, '0.5');
    await reserve(swept, product.id, '0.5');
    await letExpire(swept);
    expect(await expireReservations(database.sql)).toBe(1);
    await letExpire(unswept);
    expect((await reservations.commit(unswept)).status).toBe('committed');
    expect((await reservations.commit(swept)).status).toBe('committed');
    expect(await stockOf(product)).toEqual(['0.000', '0.000']);
    expect(await disagreements()).toHaveLength(0);
  });

  test('is refused with 409 at commit when somebody else has taken it', async () => {
    const product = await store.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    await letExpire(late);
    await reserve(newId(), product.id, '1');
    expect(await outcome(reservations.commit(late))).toBe('stock-short');
    expect(await stockOf(product)).toEqual(['1.000', '1.000']);
  });

  test('takes nothing at commit of a product that stopped having stock', async () => {
    const product = await store.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    await letExpire(late);
    await expireReservations(database.sql);
    await store.change(product.id, (current) => ({ ...current, trackStock: false }));
    expect((await reservations.commit(late)).status).toBe('committed');
    expect(await stockOf(product)).toEqual(['1.000', '0.000']);
  });

  test('stays released when it was released after it had expired', async () => {
    const product = await store.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    await letExpire(late);
    await expireReservations(database.sql);
    await reservations.release(late);
    expect(await outcome(reservations.commit(late))).toBe('reservation-released');
  });
});

test('stock that was held goes back even if the product stopped having stock meanwhile', async () => {
  const product = await store.create(newProduct('5'));
  const id = newId();
  await reserve(id, product.id, '2');
  await store.change(product.id, (current) => ({ ...current, trackStock: false }));
  await reservations.release(id);
  expect(await stockOf(product)).toEqual(['5.000', '0.000']);
});

test('movements can only be added: the database refuses to change, delete or truncate them', async () => {
  const { id } = await store.create(newProduct('5'));
  const { sql } = database;
  for (const change of [
    sql`update stock_movement set delta = 1 where product_id = ${id}`,
    sql`delete from stock_movement where product_id = ${id}`,
    sql`truncate stock_movement`,
  ]) {
    expect(await outcome(change)).toContain('it is only ever added to');
  }
});

test('the ledger of a deleted product stays', async () => {
  const { id } = await store.create(newProduct('5'));
  await store.remove(id, () => undefined);
  const rows = await database.sql`select delta from stock_movement where product_id = ${id}`;
  expect(rows).toHaveLength(1);
});

test('seed() loads the demo with its stock once, even when two processes start together', async () => {
  const other = connect(database.url, { maxConnections: 1 });
  await Promise.all([store.seed(demoProducts), createProductStore(other).seed(demoProducts)]);
  await other.end();
  const { items } = await store.list({
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
