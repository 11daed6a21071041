import { implement, type ImplementOptions } from 'platform/implement';
import { whenMatching } from 'platform/problem';
import { recordHandlers } from 'platform/record-handlers';
import type { AssertUnreferred } from 'platform/referrers';

import { customers } from './contract.ts';
import { anonymised } from './customers.ts';
import type { CustomerStore } from './store.ts';

type CustomerAppDeps = ImplementOptions & {
  readonly store: CustomerStore;
  readonly assertUnreferred: AssertUnreferred;
};

/** The customer service's API over a store. */
export function createCustomerApp({ store, assertUnreferred, ...options }: CustomerAppDeps) {
  return implement(
    customers,
    {
      ...recordHandlers(store, assertUnreferred),
      list: (query) => store.list(query),
      create: ({ body }, { idempotency }) => store.create(body, idempotency),
      anonymise: ({ id, ifMatch }, { idempotency }) =>
        store.anonymise(id, whenMatching(ifMatch, anonymised), idempotency),
    },
    options,
  );
}
