import type { AuditEvent } from './audit.ts';
import type { Queryable, Transaction } from './database.ts';
import { readLedger } from './ledger-store.ts';
import type { CursorPage } from './paging.ts';
import { currentContext } from './request-context.ts';

type Change = AuditEvent['changes'][number];
type Fields = { readonly [name: string]: unknown };

/**
 * Notes what happened to a record, in the transaction in which it did. A change that changes
 * nothing is not noted.
 */
export async function writeAudit(
  tx: Transaction,
  recordId: string,
  action: string,
  { before = {}, after = {} }: { before?: Fields; after?: Fields } = {},
): Promise<void> {
  const changes = fieldChanges(before, after);
  if (action === 'changed' && changes.length === 0) return;
  const { requestId = '', who = null } = currentContext() ?? {};
  await tx`
    insert into audit_event ${tx({ recordId, action, who, requestId, changes: tx.json(changes) })}
  `;
}

/** The newest events of a record, or those before the cursor; undefined when it never had any. */
export async function readAudit(
  sql: Queryable,
  recordId: string,
  query: { readonly cursor?: string | undefined; readonly size: number },
): Promise<CursorPage<AuditEvent> | undefined> {
  const page = await readLedger<AuditEvent>(sql, {
    columns: sql`action, at, who, request_id, coalesce(changes, '[]') as changes`,
    source: sql`audit_event`,
    where: sql`record_id = ${recordId}`,
    ...query,
  });
  return page.items.length === 0 && query.cursor === undefined ? undefined : page;
}

/** Forgets what fields held, but not that something happened: for a person's right to be forgotten. */
export async function redactAudit(tx: Transaction, recordId: string): Promise<void> {
  await tx`update audit_event set changes = null where record_id = ${recordId}`;
}

function fieldChanges(before: Fields, after: Fields): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .map((field) => ({ field, before: valueOf(before[field]), after: valueOf(after[field]) }))
    .filter((change) => change.before !== change.after);
}

function valueOf(value: unknown): Change['before'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return value === undefined || value === null ? null : JSON.stringify(value);
}
