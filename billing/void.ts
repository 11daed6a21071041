import type { Database } from 'platform/database';
import { findReply } from 'platform/idempotency-store';
import { assertMatch } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { Clients } from './clients.ts';
import type { Invoice, VoidRequest } from './invoice-contract.ts';
import { assertVoidable } from './invoices.ts';
import type { Outbox } from './outbox.ts';
import { returnedStock } from './restock.ts';
import type { InvoiceStore } from './store.ts';

/** Makes an open invoice void, as its `If-Match` saw it. */
export type MakeVoid = (
  id: string,
  ifMatch: string | undefined,
  request: VoidRequest,
  idempotency?: Idempotency,
) => Promise<Invoice>;

type VoidDeps = {
  readonly sql: Database;
  readonly store: InvoiceStore;
  readonly clients: Clients;
  readonly outbox: Outbox;
};

/**
 * Makes an open invoice void. Goods that are to come back do so through the outbox, after the taking
 * of them; nothing happens without the inventory.
 */
export function createVoid({ sql, store, clients, outbox }: VoidDeps): MakeVoid {
  return async (id, ifMatch, { restock, reason }, idempotency) => {
    const assertAllowed = (current: Invoice) => {
      assertMatch(ifMatch, current);
      assertVoidable(current);
    };
    const current = await store.find(id);
    // Looked for last: what a first request has changed above is no reason to refuse its repeat.
    const earlier = idempotency && (await findReply<Invoice>(sql, idempotency));
    if (earlier) return earlier.reply;
    assertAllowed(current);
    const returned = restock ? await returnedStock(clients, current.lines) : [];
    const invoice = await store.void(id, { reason, returned }, assertAllowed, idempotency);
    await outbox.deliver(id);
    return invoice;
  };
}
