import type { Database } from 'platform/database';
import { readPage } from 'platform/page-store';
import type { Page } from 'platform/paging';

import type { CreditNote } from './credit-contract.ts';
import { noteColumns, notesOf } from './credit-row.ts';
import type { LedgerQuery } from './invoice-parameters.ts';
import type { Payment } from './payment-contract.ts';

/** The credit notes of an invoice, the newest first where nothing else is asked. */
export async function listCreditNotes(
  sql: Database,
  invoiceId: string,
  query: LedgerQuery,
): Promise<Page<CreditNote>> {
  const page = await readPage<{ id: string }, 'createdAt'>(sql, {
    ...ledger(query),
    columns: noteColumns(sql),
    source: sql`credit_note`,
    where: sql`invoice_id = ${invoiceId}`,
  });
  return { ...page, items: notesOf(page.items) };
}

/** Its payments, in the same way. */
export async function listPayments(
  sql: Database,
  invoiceId: string,
  query: LedgerQuery,
): Promise<Page<Payment>> {
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
}

type PaymentRow = Omit<Payment, 'amountMinor'> & { readonly amountMinor: bigint };

function ledger(query: LedgerQuery) {
  return {
    ...query,
    columnOf: { createdAt: 'created_at' },
    defaultSort: [{ field: 'createdAt', descending: true }],
  } as const;
}
