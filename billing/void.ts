import type { Database } from 'platform/database';
import { findReply } from 'platform/idempotency-store';
import { assertMatch } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { Clients } from './clients.ts';
import type { Invoice, VoidRequest } from './contract.ts';
import { decimalOf, scaled } from './decimal.ts';
import { assertVoidable } from './invoices.ts';
import type { StockLine } from './outbox-store.ts';
import type { Outbox } from './outbox.ts';
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
 * of them; the inventory is asked before what it had set aside, and nothing happens without it.
 */
export function createVoid({ sql, store, clients, outbox }: VoidDeps): MakeVoid {
  return async (id, ifMatch, { restock, reason }, idempotency) => {
    const earlier = idempotency && (await findReply<Invoice>(sql, idempotency));
    if (earlier) return earlier.reply;
    const assertAllowed = (current: Invoice) => {
      assertMatch(ifMatch, current);
      assertVoidable(current);
    };
    assertAllowed(await store.find(id));
    const returned = restock ? await reservedLines(clients, id) : [];
    const invoice = await store.void(id, { reason, returned }, assertAllowed, idempotency);
    await outbox.deliver(id);
    return invoice;
  };
}

/** What the invoice took from stock, one line per product: services took nothing. */
async function reservedLines({ products }: Clients, id: string): Promise<StockLine[]> {
  const reservation = await products.reservation.find({ id });
  const taken = new Map<string, bigint>();
  for (const { productId, quantity } of reservation?.lines ?? []) {
    taken.set(productId, (taken.get(productId) ?? 0n) + scaled(quantity, QUANTITY_SCALE));
  }
  return [...taken].map(([productId, quantity]) => ({
    productId,
    quantity: decimalOf(quantity, QUANTITY_SCALE),
  }));
}

const QUANTITY_SCALE = 3;
