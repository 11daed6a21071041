import { join } from 'node:path';

import { only, recordStatuses, type StatusRecorder } from 'platform/contract-testing';
import type { AssertUnreferred } from 'platform/referrers';
import { type TestDatabase, testDatabase } from 'platform/testing';

import { createInventoryApp } from './app.ts';
import { products } from './contract.ts';
import { createMovementStore } from './movement-store.ts';
import type { Product } from './product-contract.ts';
import { createReservationStore } from './reservation-store.ts';
import { createProductStore } from './store.ts';

const nothingRefers: AssertUnreferred = () => Promise.resolve();

type OperationName = keyof (typeof products)['operations'];

/** For tests: a product as people enter it. */
export const lamp = { sku: 'LAMP-1', name: 'Lampe à poser', unitPrice: '12.5' };

export const UNKNOWN = '01930000-0000-7000-8000-00000000ffff';

/** For tests: the app over a database, where nothing refers to anything unless `ask` says so. */
export function inventoryOver(sql: TestDatabase['sql']) {
  let assertUnreferred = nothingRefers;
  const app = createInventoryApp({
    store: createProductStore(sql),
    movements: createMovementStore(sql),
    reservations: createReservationStore(sql),
    assertUnreferred: (id) => assertUnreferred(id),
  });
  return { app, ask: (referrers: AssertUnreferred) => (assertUnreferred = referrers) };
}

/** For tests about these operations: the app on a database of its own, and words for what they do. */
export async function testInventory(...operations: readonly OperationName[]) {
  const database = await testDatabase(join(import.meta.dir, 'migrations'));
  const { sql } = database;
  const { app, ask } = inventoryOver(sql);
  const contract = only(products, ...operations);
  const recorder = recordStatuses(app, contract);
  return {
    ...wordsOf(recorder),
    contract,
    recorder,
    ask,
    sql,
    drop: () => database.drop(),
    empty: async () => {
      await sql`truncate product, reservation, reservation_line, idempotency_key`;
    },
    /** All that a request may change. */
    everything: async () => {
      const [row] = await sql`
        select (select json_agg(product) from product) as products,
               (select count(*)::int from stock_movement) as movements,
               (select count(*)::int from reservation) as reservations
      `;
      return row;
    },
  };
}

function wordsOf({ send }: StatusRecorder) {
  const find = async (id: string): Promise<Product> => (await send(`GET /products/${id}`)).body;
  return {
    send,
    find,
    add: async (body: object = {}): Promise<Product> => {
      const answer = await send('POST /products', { body: { ...lamp, ...body } });
      if (answer.status !== 201) throw new Error(`Cannot add: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    stockOf: async (id: string) => {
      const { onHand, reserved, available } = await find(id);
      return { onHand, reserved, available };
    },
    reserve: (id: string, lines: readonly object[], more: object = {}) =>
      send(`PUT /reservations/${id}`, { body: { lines, ...more } }),
    move: (id: string, body: object, key?: string) =>
      send(`POST /products/${id}/movements`, { body, ...(key ? { idempotencyKey: key } : {}) }),
  };
}
