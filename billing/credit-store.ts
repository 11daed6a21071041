import type { Database, Queryable, Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { notFound } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import { sealOf } from './chain.ts';
import type { CreditNote, NewCreditNote } from './credit-contract.ts';
import { noteColumns, notesOf } from './credit-row.ts';
import { type Credit, creditedNow, type CreditedQuantities, creditOf } from './credits.ts';
import { scaled } from './decimal.ts';
import { sealedCreditNote } from './documents.ts';
import { noteEvent } from './history-store.ts';
import type { Invoice } from './invoice-contract.ts';
import { noteSeal, takeNumbers } from './number-store.ts';
import { enqueue, type StockLine } from './outbox-store.ts';
import { holdSettings } from './settings-store.ts';
import { creditMentionsOf } from './settings.ts';
import { lock, only } from './store.ts';

/** Where credit notes are made and read. */
export type CreditStore = ReturnType<typeof createCreditStore>;

export function createCreditStore(sql: Database) {
  return {
    /** How much of each line was credited so far. */
    credited: (invoiceId: string): Promise<CreditedQuantities> => creditedBefore(sql, invoiceId),

    /** Adds a credit note, once per idempotency key, with the next number of its series. */
    create: (
      id: string,
      request: NewCreditNote,
      decide: (current: Invoice) => void,
      { returned, idempotency }: { returned: readonly StockLine[]; idempotency?: Idempotency },
    ): Promise<CreditNote> =>
      once(sql, idempotency, async (tx) => {
        const invoice = await lock(tx, id);
        decide(invoice);
        const before = await creditedBefore(tx, id);
        const credit = creditOf(invoice, before, creditedNow(invoice, before, request.lines));
        const noteId = await insert(tx, invoice, request, credit);
        await tx`
          update invoice
          set credited_minor = credited_minor + ${credit.totals.grossMinor},
              status = case
                when balance_minor <= ${credit.totals.grossMinor} then 'paid'
                else status
              end,
              version = version + 1,
              updated_at = now()
          where id = ${id}
        `;
        await noteEvent(tx, 'credited', invoice, await lock(tx, id));
        const note = await find(tx, id, noteId);
        await bringBack(tx, note, returned);
        return note;
      }),

    find: (invoiceId: string, id: string): Promise<CreditNote> => find(sql, invoiceId, id),
  };
}

async function bringBack(
  tx: Transaction,
  { id, invoiceId, number }: CreditNote,
  lines: readonly StockLine[],
): Promise<void> {
  if (lines.length === 0) return;
  const returned = { lines, reference: `credit:${id}`, note: number };
  await enqueue(tx, [{ invoiceId, action: 'restock', returned }]);
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
  { reason, restock }: NewCreditNote,
  { lines, totals }: Credit,
): Promise<string> {
  const settings = await holdSettings(tx);
  const { creditNoteSeries: series, timeZone, seller, language } = settings;
  const numbers = await takeNumbers(tx, { series, timeZone, count: 1 });
  const { takenAt: _, ...number } = only(numbers);
  const mentions = creditMentionsOf(settings, totals, invoice);
  const head = { reason, restock, language, number: number.number, issueDate: number.issueDate };
  const hash = sealOf(
    number.previousHash,
    sealedCreditNote({
      ...head,
      seller,
      mentions,
      totals,
      invoiceNumber: invoice.number ?? '',
      buyer: invoice.buyer,
      currency: invoice.currency,
      lines: lines.map((line) => ({ ...invoice.lines[line.line], ...line })),
    }),
  );
  const id = Bun.randomUUIDv7();
  const { vat, ...amounts } = totals;
  const json = { vat: tx.json(vat), seller: tx.json(seller), mentions: tx.json(mentions) };
  const note = { id, invoiceId: invoice.id, ...number, ...head, ...amounts, ...json, hash };
  await tx`insert into credit_note ${tx(note)}`;
  await noteSeal(tx, number, hash);
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
  const [note] = notesOf(
    await sql`
    select ${noteColumns(sql)} from credit_note where id = ${id} and invoice_id = ${invoiceId}
  `,
  );
  return note ?? notFound('credit note', id);
}
