import { auditRow, insertAudit } from 'platform/audit-store';
import type { Transaction } from 'platform/database';

import type { InvoiceAction } from './history.ts';
import type { OutboxRow } from './outbox-store.ts';

/** Notes in the histories of invoices that their stock is refused; of several who were, one does. */
export async function noteRefusals(
  tx: Transaction,
  refusals: readonly { readonly row: OutboxRow; readonly error: string }[],
): Promise<void> {
  const isNew = await firstRefused(
    tx,
    refusals.map(({ row }) => row),
  );
  await insertAudit(
    tx,
    refusals.flatMap(({ row: { id, invoiceId }, error }) =>
      isNew.has(id) ? [incident(invoiceId, 'stock-refused', error)] : [],
    ),
  );
}

/** Notes in the histories of invoices that what was refused is done. */
export async function noteSettled(tx: Transaction, invoiceIds: readonly string[]): Promise<void> {
  await insertAudit(
    tx,
    invoiceIds.map((id) => incident(id, 'stock-settled')),
  );
}

const incident = (invoiceId: string, action: InvoiceAction, stock?: string) =>
  auditRow(invoiceId, action, { after: { stock } });

async function firstRefused(
  tx: Transaction,
  rows: readonly OutboxRow[],
): Promise<ReadonlySet<bigint>> {
  if (rows.length === 0) return new Set();
  const locked = await tx<Pick<OutboxRow, 'id'>[]>`
    select id from outbox
    where id = any(${rows.map(({ id }) => String(id))}::text[]::bigint[]) and refused_at is null
    order by id
    for update
  `;
  return new Set(locked.map(({ id }) => id));
}
