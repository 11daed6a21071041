import { type Database, transact, type Transaction } from 'platform/database';
import { findReply, once } from 'platform/idempotency-store';
import { conflict, ProblemError } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import { noteEvent } from './history-store.ts';
import type { Buyer, Invoice } from './invoice-contract.ts';
import { beingIssued } from './invoices.ts';
import { issueInvoice } from './issue-store.ts';
import { enqueue } from './outbox-store.ts';
import { lock } from './store.ts';

/** A draft that is ours to issue, or what an earlier request with the same key has got. */
export type Begun =
  | { readonly kind: 'begun'; readonly invoice: Invoice; readonly token: string }
  | { readonly kind: 'replayed'; readonly reply: Invoice };

type SagaOptions = {
  /** Names this process, alike at its next start. */
  readonly owner: string;
  /** For how long a draft is taken for one that is being issued; longer than its calls may take. */
  readonly leaseMs?: number;
};

/** Where the steps of issuing an invoice are kept. */
export type SagaStore = ReturnType<typeof createSagaStore>;

export function createSagaStore(sql: Database, { owner, leaseMs = 10_000 }: SagaOptions) {
  return {
    /** Notes that a draft is being issued. */
    begin: (
      id: string,
      idempotency: Idempotency | undefined,
      decide: (current: Invoice) => void,
    ): Promise<Begun> =>
      transact(sql, async (tx) => {
        const invoice = await lock(tx, id);
        const earlier = idempotency && (await findReply<Invoice>(tx, idempotency));
        if (earlier) return { kind: 'replayed', reply: earlier.reply };
        decide(invoice);
        const token = Bun.randomUUIDv7();
        const key = idempotency?.key ?? null;
        await take(tx, { invoiceId: id, token, owner, idempotencyKey: key }, leaseMs);
        // What an earlier attempt has yet to give back must not be given back under this one.
        await tx`delete from outbox where invoice_id = ${id} and action = 'release'`;
        return { kind: 'begun', invoice, token };
      }),

    /** Issues the draft: number, buyer, dates, state and the outbox row, or nothing of it. */
    issue: (
      invoice: Invoice,
      { token, buyer }: { readonly token: string; readonly buyer: Buyer },
      idempotency: Idempotency | undefined,
    ): Promise<Invoice> =>
      once(sql, idempotency, async (tx) => {
        const { id } = invoice;
        if (!(await settle(tx, id, token))) lostTheDraft(id);
        await enqueue(tx, id, 'commit');
        const issued = await issueInvoice(tx, { ...invoice, buyer });
        await noteEvent(tx, 'issued', invoice, issued);
        return issued;
      }),

    /** Gives a draft back to those who edit it, and what was reserved for it to the inventory. */
    abandon: (id: string, token: string): Promise<void> =>
      transact(sql, async (tx) => {
        if (await settle(tx, id, token)) await enqueue(tx, id, 'release');
      }),

    /** Gives back the drafts whose process has died; at a start also those of its last run. */
    async recover({ atStart = false } = {}): Promise<string[]> {
      const rows = await sql<{ invoiceId: string }[]>`
        with stuck as (
          delete from finalization
          where expires_at <= now() or (${atStart} and owner = ${owner})
          returning invoice_id
        )
        insert into outbox (invoice_id, action)
        select invoice_id, 'release' from stuck
        returning invoice_id
      `;
      return rows.map(({ invoiceId }) => invoiceId);
    },
  };
}

type Finalization = {
  readonly invoiceId: string;
  readonly token: string;
  readonly owner: string;
  readonly idempotencyKey: string | null;
};

/** The draft is locked; one whose lease has run out is taken over from whoever had it. */
async function take(tx: Transaction, mine: Finalization, leaseMs: number): Promise<void> {
  const [taken] = await tx`
    insert into finalization (invoice_id, token, owner, idempotency_key, expires_at)
    values (
      ${mine.invoiceId}, ${mine.token}, ${mine.owner}, ${mine.idempotencyKey},
      now() + ${leaseMs} * interval '1 millisecond'
    )
    on conflict (invoice_id) do update
    set token = excluded.token,
        owner = excluded.owner,
        idempotency_key = excluded.idempotency_key,
        started_at = excluded.started_at,
        expires_at = excluded.expires_at
    where finalization.expires_at <= now()
    returning invoice_id
  `;
  if (taken !== undefined) return;
  const [other] = await tx<{ idempotencyKey: string | null }[]>`
    select idempotency_key from finalization where invoice_id = ${mine.invoiceId}
  `;
  const isSame = mine.idempotencyKey !== null && other?.idempotencyKey === mine.idempotencyKey;
  throw isSame ? inFlight() : beingIssued();
}

/**
 * Ends the saga of a draft; false when it has been taken over, or took so long that it may not end.
 * The invoice is locked first, as in `begin`: in another order the two would wait for each other.
 */
async function settle(tx: Transaction, id: string, token: string): Promise<boolean> {
  const rows = await tx`
    with draft as (select id from invoice where id = ${id} for update)
    delete from finalization
    using draft
    where invoice_id = draft.id
      and token = ${token}
      and started_at > now() - interval '5 minutes'
    returning invoice_id
  `;
  return rows.length > 0;
}

function inFlight(): ProblemError {
  return new ProblemError(409, 'request-in-flight', 'The same request is being handled', {
    detail: 'The first request with this Idempotency-Key is not done yet',
    headers: { 'Retry-After': '1' },
  });
}

function lostTheDraft(id: string): never {
  conflict('being-issued', 'Issuing the invoice took too long', {
    detail: `Invoice '${id}' is a draft as before; nothing was taken`,
  });
}
