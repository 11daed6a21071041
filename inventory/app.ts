import { implement, type ImplementOptions } from 'platform/implement';
import { assertMatch, notFound } from 'platform/problem';

import { type Product, products } from './contract.ts';
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
      get: async ({ id }) => found(id, await store.find(id)),
      update: async ({ id, ifMatch, body }) =>
        found(
          id,
          await store.change(
            id,
            matching(ifMatch, () => body),
          ),
        ),
      patch: async ({ id, ifMatch, body }) =>
        found(
          id,
          await store.change(
            id,
            matching(ifMatch, (current) => patched(current, body)),
          ),
        ),
      remove: async ({ id, ifMatch }) => {
        found(id, await store.remove(id, matching(ifMatch, nothing)));
        return undefined;
      },
      archive: async ({ id, ifMatch }) =>
        found(id, await store.setArchived(id, true, matching(ifMatch, nothing))),
      restore: async ({ id, ifMatch }) =>
        found(id, await store.setArchived(id, false, matching(ifMatch, nothing))),
      history: async ({ id, ...query }) => found(id, await store.history(id, query)),
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

const found = <T>(id: string, value: T | undefined): T => value ?? notFound('product', id);
const nothing = () => undefined;

/** What to do with a record that is still the one that the caller has seen. */
function matching<T>(ifMatch: string | undefined, work: (current: Product) => T) {
  return (current: Product): T => {
    assertMatch(ifMatch, current);
    return work(current);
  };
}
