import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { type TestDatabase, testDatabase } from 'platform/testing';

import { demoProducts } from './demo.ts';
import { findDisagreements } from './reconcile-store.ts';
import { createReservationStore } from './reservation-store.ts';
import { reportOf } from './stock-report.ts';
import { createProductStore } from './store.ts';

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

test('the report names product, figure and both numbers', () => {
  expect(reportOf([])).toBe('Stock and ledger agree\n');
  const one = { sku: 'ORD-001', productId: 'p', movementId: '', kept: '99.000', counted: '11.000' };
  expect(
    reportOf([
      { ...one, figure: 'on hand' },
      { ...one, figure: 'balance', movementId: 'm' },
    ]),
  ).toBe(
    'ORD-001 p: on hand is 99.000, counted 11.000\n' +
      'ORD-001 p: balance after movement m is 99.000, counted 11.000\n' +
      '2 figures do not agree\n',
  );
});
