import type { AuditEvent } from 'platform/audit';
import { readAudit, writeAudit } from 'platform/audit-store';
import type { Database, Transaction } from 'platform/database';
import type { CursorPage } from 'platform/paging';
import { notFound } from 'platform/problem';

import { type InvoiceAction, told } from './history.ts';
import type { Invoice } from './invoice-contract.ts';

/** Notes in the same transaction what was done to an invoice. */
export function noteEvent(
  tx: Transaction,
  action: InvoiceAction,
  before: Invoice | undefined,
  after: Invoice | undefined,
): Promise<void> {
  const id = after?.id ?? before?.id ?? '';
  return writeAudit(tx, id, action, told(before, after));
}

/** What was done to an invoice, newest first; throws 404 when there never was one. */
export async function readHistory(
  sql: Database,
  invoiceId: string,
  query: Parameters<typeof readAudit>[2],
): Promise<CursorPage<AuditEvent>> {
  const trail = await readAudit(sql, invoiceId, query);
  if (trail !== undefined) return trail;
  const [invoice] = await sql`select from invoice where id = ${invoiceId}`;
  return invoice ? { items: [], next: null } : notFound('invoice', invoiceId);
}
