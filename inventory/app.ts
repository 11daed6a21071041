import { implement, type ImplementOptions } from 'platform/implement';
import { whenMatching } from 'platform/problem';
import { recordHandlers } from 'platform/record-handlers';
import type { AssertUnreferred } from 'platform/referrers';

import { products } from './contract.ts';
import type { Movement, NewMovement } from './movement-contract.ts';
import type { MovementStore } from './movement-store.ts';
import { assertSame, counted, moved } from './movements.ts';
import { assertStockable, completed, patched } from './products.ts';
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
  const records = recordHandlers(store, assertUnreferred);
  return implement(
    products,
    {
      ...records,
      list: (query) => store.list(query),
      create: ({ body }, { idempotency }) => {
        assertStockable(body);
        return store.create(completed(body), idempotency);
      },
      update: ({ body, ...asked }) => records.update({ ...asked, body: completed(body) }),
      patch: ({ id, ifMatch, body }) =>
        store.change(
          id,
          whenMatching(ifMatch, (current) => patched(current, body)),
        ),
      movements: ({ id, ...query }) => movements.list(id, query),
      move: ({ id, body }, { idempotency }) =>
        movements.add(id, (stock) => moved(stock, body), {
          idempotency,
          repeated: repeated(id, body),
        }),
      count: ({ id, body }, { idempotency }) =>
        movements.add(id, (stock) => counted(stock, body), { idempotency }),
      ...reservationHandlers(reservations),
    },
    options,
  );
}

const repeated = (productId: string, movement: NewMovement) =>
  movement.id === undefined
    ? undefined
    : {
        id: movement.id,
        assertSame: (written: Movement) => assertSame(written, { productId, movement }),
      };
