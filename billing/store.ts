import type { Database, Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { notFound } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import { noteEvent } from './history-store.ts';
import type { InvoiceAction } from './history.ts';
import type { Invoice } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { enqueue, type StockLine } from './outbox-store.ts';
import type { NewPayment } from './payment-contract.ts';

/** Sees the invoice, locked, and throws to leave it as it is. */
type Decide = (current: Invoice) => void;

/** Where issued invoices are kept; an id that is not there gives 404. */
export type InvoiceStore = ReturnType<typeof createInvoiceStore>;

export function createInvoiceStore(sql: Database) {
  return {
    async find(id: string): Promise<Invoice> {
      const rows = await sql`select ${invoiceColumns(sql)} from invoice where id = ${id}`;
      return invoicesOf(rows)[0] ?? notFound('invoice', id);
    },

    /** Notes a payment, once per idempotency key. */
    pay: (id: string, payment: NewPayment, decide: Decide, idempotency?: Idempotency) =>
      transition(sql, { id, action: 'paid', decide, idempotency }, async (tx, current) => {
        await tx`insert into payment ${tx({ id: Bun.randomUUIDv7(), invoiceId: id, ...payment })}`;
        const { amountMinor } = payment;
        const isSettled = current.balanceMinor === amountMinor;
        return {
          paidMinor: current.paidMinor + amountMinor,
          status: isSettled ? 'paid' : current.status,
        };
      }),

    /** Makes an invoice void; what comes back into stock goes into the outbox. */
    void: (
      id: string,
      { reason, returned }: { readonly reason: string; readonly returned: readonly StockLine[] },
      decide: Decide,
      idempotency?: Idempotency,
    ) =>
      transition(sql, { id, action: 'voided', decide, idempotency }, async (tx, { number }) => {
        if (returned.length > 0) {
          const text = { reference: `void:${id}`, note: number ?? '' };
          await enqueue(tx, [
            { invoiceId: id, action: 'restock', returned: { lines: returned, ...text } },
          ]);
        }
        return { status: 'void', voidReason: reason };
      }),

    writeOff: (id: string, decide: Decide, idempotency?: Idempotency) =>
      transition(sql, { id, action: 'written-off', decide, idempotency }, () =>
        Promise.resolve({ status: 'uncollectible' }),
      ),
  };
}

/** Reads an invoice and holds it until the transaction ends; throws 404. */
export async function lock(tx: Transaction, id: string): Promise<Invoice> {
  return [...(await lockAll(tx, [id])).values()][0] ?? notFound('invoice', id);
}

/**
 * The invoices that there are, by id, held until the transaction ends. In two statements, sent
 * together: one that waits for the locks would read the lines as they were before it waited.
 */
export async function lockAll(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Invoice>> {
  const [, rows] = await Promise.all([
    tx`select from invoice where id = any(${ids}::uuid[]) order by id for update`,
    tx`select ${invoiceColumns(tx)} from invoice where id = any(${ids}::uuid[])`,
  ]);
  return new Map(invoicesOf(rows).map((invoice) => [invoice.id, invoice]));
}

/** The one row of a statement that always gives one. */
export function only<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('Cannot go on: the statement gave no row');
  return row;
}

/** What an issued invoice may still change. */
type Changes = {
  readonly status: Invoice['status'];
  readonly paidMinor?: number;
  readonly voidReason?: string;
};

type Transition = {
  readonly id: string;
  readonly action: InvoiceAction;
  readonly decide: Decide;
  readonly idempotency: Idempotency | undefined;
};

/** Once per idempotency key: decides on the locked invoice, sets what `work` gives, and notes it. */
function transition(
  sql: Database,
  { id, action, decide, idempotency }: Transition,
  work: (tx: Transaction, current: Invoice) => Promise<Changes>,
): Promise<Invoice> {
  return once(sql, idempotency, async (tx) => {
    const current = await lock(tx, id);
    decide(current);
    const changes = await work(tx, current);
    const rows = await tx`
      update invoice
      set ${tx(changes)}, version = version + 1, updated_at = now()
      where id = ${id}
      returning ${invoiceColumns(tx)}
    `;
    const changed = only(invoicesOf(rows));
    await noteEvent(tx, action, current, changed);
    return changed;
  });
}
