import type { Database, Transaction } from 'platform/database';
import { readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import { notFound } from 'platform/problem';
import { currentContext } from 'platform/request-context';

import { changesOf } from './history.ts';
import type { Invoice, InvoiceEvent } from './invoice-contract.ts';

/** Notes in the same transaction what was done to an invoice. */
export async function noteEvent(
  tx: Transaction,
  action: InvoiceEvent['action'],
  before: Invoice | undefined,
  after: Invoice | undefined,
): Promise<void> {
  const changes = changesOf(before, after);
  const event = {
    id: Bun.randomUUIDv7(),
    invoiceId: after?.id ?? before?.id ?? '',
    action,
    requestId: currentContext()?.requestId ?? '',
    before: tx.json(changes.before),
    after: tx.json(changes.after),
  };
  await tx`insert into invoice_event ${tx(event)}`;
}

/** What was done to an invoice, newest first; throws 404 when nothing ever was. */
export async function readHistory(
  sql: Database,
  invoiceId: string,
  query: {
    readonly sort: readonly SortKey<'createdAt'>[];
    readonly page: number;
    readonly size: number;
  },
): Promise<Page<InvoiceEvent>> {
  const page = await readPage<InvoiceEvent, 'createdAt'>(sql, {
    ...query,
    columns: sql`id, invoice_id, action, request_id, before, after, created_at`,
    source: sql`invoice_event`,
    where: sql`invoice_id = ${invoiceId}`,
    columnOf: { createdAt: 'created_at' },
    defaultSort: [{ field: 'createdAt', descending: true }],
  });
  if (page.total > 0) return page;
  const [invoice] = await sql`select from invoice where id = ${invoiceId}`;
  return invoice ? page : notFound('invoice', invoiceId);
}
