import type { Database } from 'platform/database';
import { findReply } from 'platform/idempotency-store';
import { assertMatch } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { Clients } from './clients.ts';
import type { CreditNote, NewCreditNote } from './credit-contract.ts';
import type { CreditStore } from './credit-store.ts';
import { assertCreditable, creditedNow, creditOf } from './credits.ts';
import type { Invoice } from './invoice-contract.ts';
import type { Outbox } from './outbox.ts';
import { returnedStock } from './restock.ts';
import type { InvoiceStore } from './store.ts';

/** Credits an issued invoice, as its `If-Match` saw it. */
export type MakeCredit = (
  id: string,
  ifMatch: string | undefined,
  request: NewCreditNote,
  idempotency?: Idempotency,
) => Promise<CreditNote>;

type CreditDeps = {
  readonly sql: Database;
  readonly store: InvoiceStore;
  readonly credits: CreditStore;
  readonly clients: Clients;
  readonly outbox: Outbox;
};

/** Goods that are to come back do so through the outbox; nothing happens without the inventory. */
export function createCredit({ sql, store, credits, clients, outbox }: CreditDeps): MakeCredit {
  return async (id, ifMatch, request, idempotency) => {
    const invoice = await store.find(id);
    const { version } = invoice;
    const before = await credits.credited(id);
    // Looked for last: what a first request has changed above is no reason to refuse its repeat.
    const earlier = idempotency && (await findReply<CreditNote>(sql, idempotency));
    if (earlier) return earlier.reply;
    assertMatch(ifMatch, invoice);
    assertCreditable(invoice);
    const { lines } = creditOf(invoice, before, creditedNow(invoice, before, request.lines));
    const goods = lines.map(({ line, quantity }) => ({
      productId: invoice.lines[line]?.productId ?? '',
      quantity,
    }));
    const returned = request.restock ? await returnedStock(clients, goods) : [];
    const assertUnchanged = (current: Invoice) => {
      // Also with 'If-Match: *': what comes back into stock was computed for this version.
      assertMatch(ifMatch === '*' ? `"${version}"` : ifMatch, current);
      assertCreditable(current);
    };
    const note = await credits.create(id, request, assertUnchanged, {
      returned,
      ...(idempotency ? { idempotency } : {}),
    });
    await outbox.deliver(id);
    return note;
  };
}
