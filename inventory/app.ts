import { implement, type ImplementOptions } from 'platform/implement';
import { assertMatch, notFound, whenMatching } from 'platform/problem';
import type { AssertUnreferred } from 'platform/referrers';

import { products } from './contract.ts';
import type { MovementStore } from './movement-store.ts';
import { counted, moved } from './movements.ts';
import { assertStockable, patched } from './products.ts';
import { reservationHandlers } from './reservation-handlers.ts';
import type { ReservationStore } from './reservation-store.ts';
import type { ProductStore } from './store.ts';

type InventoryAppDeps = ImplementOptions & {
  readonly store: ProductStore;
  readonly movements: MovementStore;
  readonly reservations: ReservationStore;
  readonly assertUnreferred: AssertUnreferred;
};

/** The inventory service's API over its stores. */
export function createInventoryApp({
  store,
  movements,
  reservations,
  assertUnreferred,
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
            whenMatching(ifMatch, () => body),
          ),
        ),
      patch: async ({ id, ifMatch, body }) =>
        found(
          id,
          await store.change(
            id,
            whenMatching(ifMatch, (current) => patched(current, body)),
          ),
        ),
      remove: async ({ id, ifMatch }) => {
        // Asked before anything is locked: others are slower than a database.
        assertMatch(ifMatch, found(id, await store.find(id)));
        await assertUnreferred(id);
        found(id, await store.remove(id, whenMatching(ifMatch, nothing)));
        return undefined;
      },
      archive: async ({ id, ifMatch }) =>
        found(id, await store.setArchived(id, true, whenMatching(ifMatch, nothing))),
      restore: async ({ id, ifMatch }) =>
        found(id, await store.setArchived(id, false, whenMatching(ifMatch, nothing))),
      history: async ({ id, ...query }) => found(id, await store.history(id, query)),
      movements: ({ id, ...query }) => movements.list(id, query),
      move: ({ id, body }, { idempotency }) =>
        movements.add(id, (stock) => moved(stock, body), idempotency),
      count: ({ id, body }, { idempotency }) =>
        movements.add(id, (stock) => counted(stock, body), idempotency),
      ...reservationHandlers(reservations),
    },
    options,
  );
}

const found = <T>(id: string, value: T | undefined): T => value ?? notFound('product', id);
const nothing = () => undefined;
