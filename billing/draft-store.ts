import { currencyExponent } from 'platform/currency';
import { type Database, transact, type Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import type { Idempotency } from 'platform/request-reader';

import { isBeingIssued } from './finalization-store.ts';
import { noteEvent } from './history-store.ts';
import type { Invoice } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { beingIssued, type PricedDraft } from './invoices.ts';
import { lock, only } from './store.ts';

/** Where drafts are written; what must not change yet gives 409. */
export type DraftStore = ReturnType<typeof createDraftStore>;

export function createDraftStore(sql: Database) {
  return {
    /** Adds a draft, once per idempotency key. */
    create: (draft: PricedDraft, idempotency?: Idempotency): Promise<Invoice> =>
      once(sql, idempotency, async (tx) => {
        const made = await insert(tx, draft);
        await noteEvent(tx, 'created', undefined, made);
        return made;
      }),

    replace: (
      id: string,
      draft: PricedDraft,
      decide: (current: Invoice) => void,
    ): Promise<Invoice> =>
      transact(sql, async (tx) => {
        const current = await lock(tx, id);
        decide(current);
        await assertNotBeingIssued(tx, id);
        const changed = await update(tx, id, draft);
        await noteEvent(tx, 'changed', current, changed);
        return changed;
      }),

    remove: (id: string, decide: (current: Invoice) => void): Promise<void> =>
      transact(sql, async (tx) => {
        const current = await lock(tx, id);
        decide(current);
        await assertNotBeingIssued(tx, id);
        await tx`delete from invoice where id = ${id}`;
        await noteEvent(tx, 'deleted', current, undefined);
      }),
  };
}

async function assertNotBeingIssued(tx: Transaction, id: string): Promise<void> {
  if (await isBeingIssued(tx, id)) throw beingIssued();
}

async function insert(tx: Transaction, draft: PricedDraft): Promise<Invoice> {
  const id = Bun.randomUUIDv7();
  await tx`insert into invoice ${tx({ id, ...headOf(tx, draft) })}`;
  await insertLines(tx, id, draft);
  const rows = await tx`select ${invoiceColumns(tx)} from invoice where id = ${id}`;
  return only(invoicesOf(rows));
}

async function update(tx: Transaction, id: string, draft: PricedDraft): Promise<Invoice> {
  await tx`delete from invoice_line where invoice_id = ${id}`;
  await insertLines(tx, id, draft);
  const rows = await tx`
    update invoice
    set ${tx(headOf(tx, draft))}, version = version + 1, updated_at = now()
    where id = ${id}
    returning ${invoiceColumns(tx)}
  `;
  return only(invoicesOf(rows));
}

async function insertLines(tx: Transaction, id: string, { lines }: PricedDraft): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line, position) => ({ invoiceId: id, position, ...line }));
  await tx`insert into invoice_line ${tx(rows)}`;
}

function headOf(tx: Transaction, draft: PricedDraft) {
  const { buyer, lines: _, totals, ...fields } = draft;
  return {
    ...fields,
    buyer: tx.json(buyer),
    currencyExponent: currencyExponent(draft.currency),
    discountMinor: totals.discountMinor,
    netMinor: totals.netMinor,
    vat: tx.json(totals.vat),
    vatMinor: totals.vatMinor,
    grossMinor: totals.grossMinor,
  };
}
