import { join } from 'node:path';

import { ProblemError } from 'platform/problem';
import { testDatabase } from 'platform/testing';

import { createMovementStore } from './movement-store.ts';
import type { Product } from './product-contract.ts';
import { findDisagreements } from './reconcile-store.ts';
import { createReservationStore } from './reservation-store.ts';
import { createProductStore, type FirstValues } from './store.ts';

/** For tests: the stores over a database of their own, and words for what they do. */
export async function testStock() {
  const database = await testDatabase(join(import.meta.dir, 'migrations'));
  const { sql, url } = database;
  const products = createProductStore(sql);
  const reservations = createReservationStore(sql);
  return {
    sql,
    url,
    drop: () => database.drop(),
    products,
    movements: createMovementStore(sql),
    reservations,
    empty: async () => {
      await sql`truncate product, reservation, reservation_line, data_load`;
    },
    reserve: (id: string, productId: string, quantity: string) =>
      reservations.reserve(id, { lines: [{ productId, quantity }], expiresInSeconds: 900 }),
    /** On hand and reserved. */
    stockOf: async ({ id }: Pick<Product, 'id'>) => {
      const { onHand, reserved } = await products.find(id);
      return [onHand, reserved];
    },
    letExpire: async (id: string) => {
      await sql`update reservation set expires_at = now() - interval '1 s' where id = ${id}`;
    },
    disagreements: () => findDisagreements(sql),
  };
}

export const newProduct = (
  initialQuantity: string,
  more: Partial<FirstValues> = {},
): FirstValues => ({
  sku: Bun.randomUUIDv7(),
  name: 'Lampe',
  unit: '',
  unitPrice: '1',
  currency: 'EUR',
  vatRateBp: 2000,
  vatCategory: 'S',
  trackStock: true,
  lowStockThreshold: '0',
  initialQuantity,
  ...more,
});

/** How work ends: `done`, or the type of the problem that it throws. */
export const outcome = (work: PromiseLike<unknown>): PromiseLike<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof ProblemError ? error.type : String(error)),
  );
