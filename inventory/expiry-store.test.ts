import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import { connect } from 'platform/database';

import { expireReservations } from './expiry-store.ts';
import { newProduct, outcome, testStock } from './testing-stock.ts';

const stock = await testStock();
const { disagreements, letExpire, products, reservations, reserve, sql, stockOf, url } = stock;

beforeEach(() => stock.empty());
afterAll(stock.drop);

const newId = () => Bun.randomUUIDv7();

describe('what is held too long', () => {
  test('is given back by the sweeper, once, even when two sweep', async () => {
    const product = await products.create(newProduct('10'));
    const ids = Array.from({ length: 120 }, newId);
    for (const id of ids) await reserve(id, product.id, '0.05');
    await Promise.all(ids.slice(0, 110).map(letExpire));
    const other = connect(url, { maxConnections: 1 });
    const swept = await Promise.all([expireReservations(sql), expireReservations(other)]);
    await other.end();
    expect(swept[0] + swept[1]).toBe(110);
    expect(await stockOf(product)).toEqual(['10.000', '0.500']);
    expect(await expireReservations(sql)).toBe(0);
  }, 30_000);

  test('goes to whoever reserves the same product, before any sweeper came', async () => {
    const product = await products.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    expect(await outcome(reserve(newId(), product.id, '1'))).toBe('stock-short');
    await letExpire(late);
    expect(await outcome(reserve(newId(), product.id, '1'))).toBe('done');
    expect((await reservations.find(late))?.status).toBe('released');
    expect(await disagreements()).toHaveLength(0);
  });

  test('can still be committed while nobody else has taken it', async () => {
    const product = await products.create(newProduct('1'));
    const [unswept, swept] = [newId(), newId()];
    await reserve(unswept, product.id, '0.5');
    await reserve(swept, product.id, '0.5');
    await letExpire(swept);
    expect(await expireReservations(sql)).toBe(1);
    await letExpire(unswept);
    expect((await reservations.commit(unswept)).status).toBe('committed');
    expect((await reservations.commit(swept)).status).toBe('committed');
    expect(await stockOf(product)).toEqual(['0.000', '0.000']);
    expect(await disagreements()).toHaveLength(0);
  });

  test('is refused with 409 at commit when somebody else has taken it', async () => {
    const product = await products.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    await letExpire(late);
    await reserve(newId(), product.id, '1');
    expect(await outcome(reservations.commit(late))).toBe('stock-short');
    expect(await stockOf(product)).toEqual(['1.000', '1.000']);
  });

  test('takes nothing at commit of a product that stopped having stock', async () => {
    const product = await products.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    await letExpire(late);
    await expireReservations(sql);
    await products.change(product.id, (current) => ({ ...current, trackStock: false }));
    expect(await reservations.commit(late)).toMatchObject({ status: 'committed', lines: [] });
    expect(await reservations.find(late)).toMatchObject({ status: 'committed', lines: [] });
    expect(await stockOf(product)).toEqual(['1.000', '0.000']);
    expect(await disagreements()).toEqual([]);
  });

  test('stays released when it was released after it had expired', async () => {
    const product = await products.create(newProduct('1'));
    const late = newId();
    await reserve(late, product.id, '1');
    await letExpire(late);
    await expireReservations(sql);
    await reservations.release(late);
    expect(await outcome(reservations.commit(late))).toBe('reservation-released');
  });
});

test('stock that was held goes back even if the product stopped having stock meanwhile', async () => {
  const product = await products.create(newProduct('5'));
  const id = newId();
  await reserve(id, product.id, '2');
  await products.change(product.id, (current) => ({ ...current, trackStock: false }));
  await reservations.release(id);
  expect(await stockOf(product)).toEqual(['5.000', '0.000']);
});
