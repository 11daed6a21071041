import { type Database, transact, type Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { notFound } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { Invoice, NewPayment } from './contract.ts';
import { currencyExponent } from './currency.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { beingIssued, type PricedDraft } from './invoices.ts';
import { enqueue, type StockLine } from './outbox-store.ts';

/** Sees the invoice, locked, and throws to leave it as it is. */
type Decide = (current: Invoice) => void;

/** Where invoices are kept; an id that is not there gives 404. */
export type InvoiceStore = ReturnType<typeof createInvoiceStore>;

export function createInvoiceStore(sql: Database) {
  return {
    async find(id: string): Promise<Invoice> {
      const [invoice] = invoicesOf(
        await sql`
        select ${invoiceColumns(sql)} from invoice where id = ${id}
      `,
      );
      return invoice ?? notFound('invoice', id);
    },

    /** Adds a draft, once per idempotency key. */
    create: (draft: PricedDraft, idempotency?: Idempotency): Promise<Invoice> =>
      once(sql, idempotency, (tx) => insert(tx, draft)),

    /** Throws 409 while the draft is being issued. */
    replace: (id: string, draft: PricedDraft, decide: Decide): Promise<Invoice> =>
      transact(sql, async (tx) => {
        decide(await lock(tx, id));
        await assertNotBeingIssued(tx, id);
        return update(tx, id, draft);
      }),

    /** Throws 409 while the draft is being issued. */
    remove: (id: string, decide: Decide): Promise<void> =>
      transact(sql, async (tx) => {
        decide(await lock(tx, id));
        await assertNotBeingIssued(tx, id);
        await tx`delete from invoice where id = ${id}`;
      }),

    /** Notes a payment, once per idempotency key. */
    pay: (
      id: string,
      payment: NewPayment,
      decide: Decide,
      idempotency?: Idempotency,
    ): Promise<Invoice> =>
      once(sql, idempotency, async (tx) => {
        decide(await lock(tx, id));
        return pay(tx, id, payment);
      }),

    /** Makes an invoice void; what comes back into stock goes into the outbox. */
    void: (
      id: string,
      { reason, returned }: { readonly reason: string; readonly returned: readonly StockLine[] },
      decide: Decide,
      idempotency?: Idempotency,
    ): Promise<Invoice> =>
      once(sql, idempotency, async (tx) => {
        const current = await lock(tx, id);
        decide(current);
        if (returned.length > 0) {
          const text = { reference: `void:${id}`, note: `Invoice ${current.number} is void` };
          await enqueue(tx, id, 'restock', { lines: returned, ...text });
        }
        return only(
          invoicesOf(
            await tx`
            update invoice
            set status = 'void', void_reason = ${reason}, version = version + 1, updated_at = now()
            where id = ${id}
            returning ${invoiceColumns(tx)}
          `,
          ),
        );
      }),
  };
}

/** Reads an invoice and holds it until the transaction ends; throws 404. */
export async function lock(tx: Transaction, id: string): Promise<Invoice> {
  const [invoice] = invoicesOf(
    await tx`
    select ${invoiceColumns(tx)} from invoice where id = ${id} for update
  `,
  );
  return invoice ?? notFound('invoice', id);
}

/** The one row of a statement that always gives one. */
export function only<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('Cannot go on: the statement gave no row');
  return row;
}

async function assertNotBeingIssued(tx: Transaction, id: string): Promise<void> {
  const rows = await tx`
    select from finalization where invoice_id = ${id} and expires_at > now()
  `;
  if (rows.length > 0) throw beingIssued();
}

async function insert(tx: Transaction, draft: PricedDraft): Promise<Invoice> {
  const id = Bun.randomUUIDv7();
  await tx`insert into invoice ${tx({ id, ...headOf(tx, draft) })}`;
  await insertLines(tx, id, draft);
  return only(invoicesOf(await tx`select ${invoiceColumns(tx)} from invoice where id = ${id}`));
}

async function update(tx: Transaction, id: string, draft: PricedDraft): Promise<Invoice> {
  await tx`delete from invoice_line where invoice_id = ${id}`;
  await insertLines(tx, id, draft);
  return only(
    invoicesOf(
      await tx`
      update invoice
      set ${tx(headOf(tx, draft))}, version = version + 1, updated_at = now()
      where id = ${id}
      returning ${invoiceColumns(tx)}
    `,
    ),
  );
}

async function insertLines(tx: Transaction, id: string, { lines }: PricedDraft): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map((line, position) => ({ invoiceId: id, position, ...line }));
  await tx`insert into invoice_line ${tx(rows)}`;
}

function headOf(tx: Transaction, draft: PricedDraft) {
  const { customerId, buyer, currency, dueDays, notes, totals } = draft;
  return {
    customerId,
    buyer: tx.json(buyer),
    currency,
    currencyExponent: currencyExponent(currency),
    dueDays,
    notes,
    netMinor: totals.netMinor,
    vat: tx.json(totals.vat),
    vatMinor: totals.vatMinor,
    grossMinor: totals.grossMinor,
  };
}

async function pay(tx: Transaction, id: string, payment: NewPayment): Promise<Invoice> {
  await tx`insert into payment ${tx({ id: Bun.randomUUIDv7(), invoiceId: id, ...payment })}`;
  const { amountMinor } = payment;
  return only(
    invoicesOf(
      await tx`
      update invoice
      set paid_minor = paid_minor + ${amountMinor},
          status = case when balance_minor = ${amountMinor} then 'paid' else status end,
          version = version + 1,
          updated_at = now()
      where id = ${id}
      returning ${invoiceColumns(tx)}
    `,
    ),
  );
}
