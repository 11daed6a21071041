import { implement, type ImplementOptions } from 'platform/implement';
import { assertMatch, notFound } from 'platform/problem';

import { customers } from './contract.ts';
import { patched } from './customers.ts';
import type { CustomerStore } from './store.ts';

/** The customer service's API over a store. */
export function createCustomerApp({
  store,
  ...options
}: ImplementOptions & { readonly store: CustomerStore }) {
  return implement(
    customers,
    {
      list: (query) => store.list(query),
      create: ({ body }, { idempotency }) => store.create(body, idempotency),
      get: async ({ id }) => (await store.find(id)) ?? notFound('customer', id),
      update: async ({ id, ifMatch, body }) =>
        (await store.change(id, (current) => {
          assertMatch(ifMatch, current);
          return body;
        })) ?? notFound('customer', id),
      patch: async ({ id, ifMatch, body }) =>
        (await store.change(id, (current) => {
          assertMatch(ifMatch, current);
          return patched(current, body);
        })) ?? notFound('customer', id),
      remove: async ({ id, ifMatch }) => {
        const wasThere = await store.remove(id, (current) => assertMatch(ifMatch, current));
        return wasThere ? undefined : notFound('customer', id);
      },
    },
    options,
  );
}
