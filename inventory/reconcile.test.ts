import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { type TestDatabase, testDatabase } from 'platform/testing';

import { demoProducts } from './demo.ts';
import { findDisagreements } from './reconcile-store.ts';
import { createReservationStore } from './reservation-store.ts';
import { reportOf } from './stock-report.ts';
import { createProductStore } from './store.ts';
import { newProduct } from './testing-stock.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  await createProductStore(database.sql).seed(demoProducts);
  const reservations = createReservationStore(database.sql);
  const lines = demoProducts.map(({ id }) => ({ productId: id, quantity: '1' }));
  const reserve = (id: string) => reservations.reserve(id, { lines, expiresInSeconds: 900 });
  const [held, sold] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  await reserve(held);
  await reserve(sold);
  await reservations.commit(sold);
});
afterAll(() => database.drop());

test('stock and ledger agree after all that the service itself does', async () => {
  expect(await findDisagreements(database.sql)).toEqual([]);
});

test('every figure that somebody changed behind our back is found', async () => {
  const [laptop, printer, phone] = demoProducts.map(({ id }) => id);
  const { sql } = database;
  await sql`update product set on_hand = 99 where id = ${laptop!}`;
  await sql`update product set reserved = 0.5 where id = ${printer!}`;
  await sql`
    insert into stock_movement (id, product_id, delta, reason, balance_after)
    values (gen_random_uuid(), ${phone!}, 1, 'receipt', 7)
  `;
  const found = await findDisagreements(sql);
  expect(found.map(({ sku, figure, kept, counted }) => [sku, figure, kept, counted])).toEqual([
    ['ORD-001', 'on hand', '99.000', '11.000'],
    ['TEL-001', 'on hand', '21.000', '22.000'],
    ['IMP-001', 'reserved', '0.500', '1.000'],
    ['TEL-001', 'balance', '7.000', '22.000'],
  ]);
});

test('a sale that was taken out of the ledger, all else made to fit, is found, and one for nobody', async () => {
  const { sql } = database;
  const product = await createProductStore(sql).create({ ...newProduct('10'), sku: 'TAKEN-OUT' });
  const reservations = createReservationStore(sql);
  const id = Bun.randomUUIDv7();
  const line = { productId: product.id, quantity: '4' };
  await reservations.reserve(id, { lines: [line], expiresInSeconds: 900 });
  await reservations.commit(id);
  await sql.begin(async (tx) => {
    await tx`alter table stock_movement disable trigger user`;
    await tx`delete from stock_movement where reference = ${id}`;
    await tx`alter table stock_movement enable trigger user`;
    await tx`update product set on_hand = 9 where id = ${product.id}`;
    await tx`
      insert into stock_movement (id, product_id, delta, reason, reference, balance_after)
      values (gen_random_uuid(), ${product.id}, -1, 'sale', 'nobody', 9)
    `;
  });
  const found = (await findDisagreements(sql)).filter(({ sku }) => sku === 'TAKEN-OUT');
  const one = { productId: product.id, sku: 'TAKEN-OUT', figure: 'sale' as const };
  expect(found).toEqual([
    { ...one, subjectId: id, kept: '0.000', counted: '4.000' },
    { ...one, subjectId: 'nobody', kept: '1.000', counted: '0.000' },
  ]);
});

test('the report names product, figure and both numbers', () => {
  expect(reportOf([])).toBe('Stock and ledger agree\n');
  const one = { sku: 'ORD-001', productId: 'p', subjectId: '', kept: '99.000', counted: '11.000' };
  expect(
    reportOf([
      { ...one, figure: 'on hand' },
      { ...one, figure: 'balance', subjectId: 'm' },
      { ...one, figure: 'sale', subjectId: 'r' },
    ]),
  ).toBe(
    'ORD-001 p: on hand is 99.000, counted 11.000\n' +
      'ORD-001 p: balance after movement m is 99.000, counted 11.000\n' +
      'ORD-001 p: sale for reservation r is 99.000, counted 11.000\n' +
      '3 figures do not agree\n',
  );
});
