import type { AuditEvent } from './audit.ts';
import type { Queryable, Transaction } from './database.ts';
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
  { cursor, size }: { readonly cursor?: string | undefined; readonly size: number },
): Promise<CursorPage<AuditEvent> | undefined> {
  const rows = await sql<(AuditEvent & { seq: bigint })[]>`
    select seq, action, at, who, request_id, coalesce(changes, '[]') as changes
    from audit_event
    where record_id = ${recordId} and seq < ${cursor ?? LAST}
    order by seq desc
    limit ${size + 1}
  `;
  if (rows.length === 0 && cursor === undefined) return undefined;
  const items = rows.slice(0, size);
  const next = rows.length > size ? String(items.at(-1)?.seq) : null;
  return { items, next };
}

/** Forgets what fields held, but not that something happened: for a person's right to be forgotten. */
export async function redactAudit(tx: Transaction, recordId: string): Promise<void> {
  await tx`update audit_event set changes = null where record_id = ${recordId}`;
}

/** Beyond every event. */
const LAST = String(2n ** 63n - 1n);

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
