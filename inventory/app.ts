import { implement, type ImplementOptions } from 'platform/implement';
import { assertMatch, notFound } from 'platform/problem';

import { products } from './contract.ts';
import type { MovementStore } from './movement-store.ts';
import { assertStockable, balanceAfter, patched } from './products.ts';
import type { ReservationStore } from './reservation-store.ts';
import type { ProductStore } from './store.ts';

type InventoryAppDeps = ImplementOptions & {
  readonly store: ProductStore;
  readonly movements: MovementStore;
  readonly reservations: ReservationStore;
};

/** The inventory service's API over its stores. */
export function createInventoryApp({
  store,
  movements,
  reservations,
  ...options
}: InventoryAppDeps) {
  return implement(
    products,
    {
      list: (query) => store.list(query),
      create: ({ body }, { idempotency }) => {
        assertStockable(body);
        return store.create(body, idempotency);
      },
      get: async ({ id }) => (await store.find(id)) ?? notFound('product', id),
      update: async ({ id, ifMatch, body }) =>
        (await store.change(id, (current) => {
          assertMatch(ifMatch, current);
          return body;
        })) ?? notFound('product', id),
      patch: async ({ id, ifMatch, body }) =>
        (await store.change(id, (current) => {
          assertMatch(ifMatch, current);
          return patched(current, body);
        })) ?? notFound('product', id),
      remove: async ({ id, ifMatch }) => {
        const wasThere = await store.remove(id, (current) => assertMatch(ifMatch, current));
        return wasThere ? undefined : notFound('product', id);
      },
      movements: ({ id, ...query }) => movements.list(id, query),
      move: ({ id, body }, { idempotency }) =>
        movements.add(id, body, (stock) => balanceAfter(stock, body), idempotency),
      reserve: ({ id, body }) => reservations.reserve(id, body),
      reservation: async ({ id }) => (await reservations.find(id)) ?? notFound('reservation', id),
      commit: ({ id }) => reservations.commit(id),
      release: async ({ id }) => {
        await reservations.release(id);
        return undefined;
      },
    },
    options,
  );
}
