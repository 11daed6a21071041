import type { Database, Queryable, Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import { notFound } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { CreditNote, Invoice, NewCreditNote, Payment } from './contract.ts';
import { type Credit, creditedNow, type CreditedQuantities, creditOf } from './credits.ts';
import { scaled } from './decimal.ts';
import { takeNumber } from './number-store.ts';
import { enqueue, type StockLine } from './outbox-store.ts';
import { lock, only } from './store.ts';

type LedgerQuery = {
  readonly sort: readonly SortKey<'createdAt'>[];
  readonly page: number;
  readonly size: number;
};

type Row = Omit<CreditNote, 'totals'> & {
  readonly vat: CreditNote['totals']['vat'];
  readonly netMinor: bigint;
  readonly vatMinor: bigint;
  readonly grossMinor: bigint;
};

type PaymentRow = Omit<Payment, 'amountMinor'> & { readonly amountMinor: bigint };

/** Where credit notes and payments are read, and credit notes are made. */
export type CreditStore = ReturnType<typeof createCreditStore>;

export function createCreditStore(sql: Database) {
  return {
    /** How much of each line was credited so far. */
    credited: (invoiceId: string): Promise<CreditedQuantities> => creditedBefore(sql, invoiceId),

    /** Adds a credit note, once per idempotency key, with the next number of its series. */
    create: (
      id: string,
      { reason, restock, lines }: NewCreditNote,
      decide: (current: Invoice) => void,
      { returned, idempotency }: { returned: readonly StockLine[]; idempotency?: Idempotency },
    ): Promise<CreditNote> =>
      once(sql, idempotency, async (tx) => {
        const invoice = await lock(tx, id);
        decide(invoice);
        const before = await creditedBefore(tx, id);
        const credit = creditOf(invoice, before, creditedNow(invoice, before, lines));
        const noteId = await insert(tx, invoice, { reason, restock }, credit);
        await tx`
          update invoice
          set credited_minor = credited_minor + ${credit.totals.grossMinor},
              status = case
                when status = 'open' and balance_minor <= ${credit.totals.grossMinor} then 'paid'
                else status
              end,
              version = version + 1,
              updated_at = now()
          where id = ${id}
        `;
        const note = await find(tx, id, noteId);
        if (returned.length > 0) {
          const text = { reference: `credit:${noteId}`, note: `Credit note ${note.number}` };
          await enqueue(tx, id, 'restock', { lines: returned, ...text });
        }
        return note;
      }),

    find: (invoiceId: string, id: string): Promise<CreditNote> => find(sql, invoiceId, id),

    async list(invoiceId: string, query: LedgerQuery): Promise<Page<CreditNote>> {
      const page = await readPage<Row, 'createdAt'>(sql, {
        ...ledger(query),
        columns: columns(sql),
        source: sql`credit_note`,
        where: sql`invoice_id = ${invoiceId}`,
      });
      return { ...page, items: page.items.map(toNote) };
    },

    async payments(invoiceId: string, query: LedgerQuery): Promise<Page<Payment>> {
      const page = await readPage<PaymentRow, 'createdAt'>(sql, {
        ...ledger(query),
        columns: sql`
          id, invoice_id, amount_minor, paid_on, method, reference, created_at,
          (select currency from invoice where id = invoice_id) as currency
        `,
        source: sql`payment`,
        where: sql`invoice_id = ${invoiceId}`,
      });
      const items = page.items.map((row) => ({ ...row, amountMinor: Number(row.amountMinor) }));
      return { ...page, items };
    },
  };
}

function ledger(query: LedgerQuery) {
  return {
    ...query,
    columnOf: { createdAt: 'created_at' },
    defaultSort: [{ field: 'createdAt', descending: true }],
  } as const;
}

async function creditedBefore(sql: Queryable, invoiceId: string): Promise<CreditedQuantities> {
  const rows = await sql<{ position: number; quantity: string }[]>`
    select position, sum(quantity)::text as quantity
    from credit_note_line
    where invoice_id = ${invoiceId}
    group by position
  `;
  return new Map(rows.map(({ position, quantity }) => [position, scaled(quantity, 3)]));
}

async function insert(
  tx: Transaction,
  invoice: Invoice,
  said: { readonly reason: string; readonly restock: boolean },
  { lines, totals }: Credit,
): Promise<string> {
  const id = Bun.randomUUIDv7();
  const { vat, ...amounts } = totals;
  const number = await takeNumber(tx, 'A');
  const note = { id, invoiceId: invoice.id, ...said, ...number, ...amounts, vat: tx.json(vat) };
  await tx`insert into credit_note ${tx(note)}`;
  const rows = lines.map(({ line, ...rest }) => ({
    creditNoteId: id,
    invoiceId: invoice.id,
    position: line,
    ...rest,
  }));
  await tx`insert into credit_note_line ${tx(rows)}`;
  return id;
}

async function find(sql: Queryable, invoiceId: string, id: string): Promise<CreditNote> {
  const rows = await sql<Row[]>`
    select ${columns(sql)} from credit_note where id = ${id} and invoice_id = ${invoiceId}
  `;
  return rows.length > 0 ? toNote(only(rows)) : notFound('credit note', id);
}

function columns(sql: Queryable) {
  return sql`
    id, number, invoice_id, issue_date, reason, restock, net_minor, vat, vat_minor, gross_minor,
    version, created_at,
    (select number from invoice where invoice.id = invoice_id) as invoice_number,
    (select buyer from invoice where invoice.id = invoice_id) as buyer,
    (select currency from invoice where invoice.id = invoice_id) as currency,
    (
      select json_agg(json_build_object(
        'line', position,
        'productId', product_id,
        'sku', sku,
        'description', description,
        'unit', unit,
        'quantity', credited.quantity::text,
        'unitPrice', unit_price::text,
        'discountBp', discount_bp,
        'vatRateBp', vat_rate_bp,
        'netMinor', credited.net_minor
      ) order by position)
      from credit_note_line as credited
      join invoice_line using (invoice_id, position)
      where credit_note_id = credit_note.id
    ) as lines
  `;
}

function toNote({ vat, netMinor, vatMinor, grossMinor, ...note }: Row): CreditNote {
  const totals = {
    netMinor: Number(netMinor),
    vat,
    vatMinor: Number(vatMinor),
    grossMinor: Number(grossMinor),
  };
  return { ...note, totals };
}
