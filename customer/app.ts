import { implement, type ImplementOptions } from 'platform/implement';
import { assertMatch, notFound, whenMatching } from 'platform/problem';
import type { AssertUnreferred } from 'platform/referrers';

import { customers } from './contract.ts';
import { anonymised, patched } from './customers.ts';
import type { CustomerStore } from './store.ts';

/** The customer service's API over a store. */
export function createCustomerApp({
  store,
  assertUnreferred,
  ...options
}: ImplementOptions & {
  readonly store: CustomerStore;
  readonly assertUnreferred: AssertUnreferred;
}) {
  return implement(
    customers,
    {
      list: (query) => store.list(query),
      create: ({ body }, { idempotency }) => store.create(body, idempotency),
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
      anonymise: async ({ id, ifMatch }) =>
        found(id, await store.anonymise(id, whenMatching(ifMatch, anonymised))),
      history: async ({ id, ...query }) => found(id, await store.history(id, query)),
    },
    options,
  );
}

const found = <T>(id: string, value: T | undefined): T => value ?? notFound('customer', id);
const nothing = () => undefined;
