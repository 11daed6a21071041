import { ANONYMISED } from 'customer/contract';
import type { Database } from 'platform/database';
import { conflict } from 'platform/problem';

import type { Clients } from './clients.ts';
import { forgetCustomer } from './forget-store.ts';

export type Forget = ReturnType<typeof createForget>;

type ToForget = {
  readonly collection: string;
  readonly id: string;
  readonly body: { readonly forgottenAt: string };
};

/**
 * Forgets the person of another service's record; only customers are persons. Throws 409 while the
 * customer service still has the person, whoever says otherwise, and 503 while it does not say.
 */
export const createForget =
  ({ sql, clients }: { readonly sql: Database; readonly clients: Clients }) =>
  async ({ collection, id, body }: ToForget): Promise<undefined> => {
    if (collection !== 'customers') return;
    const customer = await clients.customers.get.find({ id });
    if (customer !== null && customer.name !== ANONYMISED) {
      conflict('not-forgotten', 'The customer is still there', {
        detail: `Customer '${id}' is neither deleted nor anonymised: that is done at the customer service`,
      });
    }
    await forgetCustomer(sql, { id, ...body });
  };
