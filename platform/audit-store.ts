import type { AuditEvent, AuditTrailQuery } from './audit.ts';
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
  fields: Told = {},
): Promise<void> {
  const row = auditRow(recordId, action, fields);
  if (action === 'changed' && row.changes.length === 0) return;
  await insertAudit(tx, [row]);
}

/** What is noted of a record, in the name of the request being handled. */
export type AuditRow = ReturnType<typeof auditRow>;

export function auditRow(
  recordId: string,
  action: string,
  { before = {}, after = {}, personal = [] }: Told = {},
) {
  const { requestId = '', who = null } = currentContext() ?? {};
  const changes = fieldChanges(before, after).map((change) =>
    personal.includes(change.field) ? veiled(change) : change,
  );
  return { recordId, action, who, requestId, changes };
}

/** What there is to tell of a record. */
type Told = {
  readonly before?: Fields;
  readonly after?: Fields;
  /** Fields of persons, of which is told that they changed, but not what they held. */
  readonly personal?: readonly string[];
};

function veiled({ field, before, after }: Change): Change {
  const veil = (value: Change['before']) => (value === null || value === '' ? value : VEIL);
  return { field, before: veil(before), after: veil(after) };
}

/** In the place of what is not told. */
const VEIL = '…';

/** The beginning of the history of a record that was made up; of it, `input` is what people fill in. */
export const auditOfMade = ({
  id,
  createdAt,
  ...input
}: Fields & { readonly id: string; readonly createdAt: string }) => ({
  ...auditRow(id, 'created', { after: input }),
  at: createdAt,
});

/** Notes what happened to several records, in this order. */
export async function insertAudit(tx: Transaction, rows: readonly AuditRow[]): Promise<void> {
  if (rows.length === 0) return;
  // As one text: a JSON text in an array would be written out character by character.
  await tx`
    insert into audit_event (record_id, action, who, request_id, changes)
    select "recordId", action, who, "requestId", changes
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as noted (
      "recordId" uuid, action text, who text, "requestId" text, changes json
    )
  `;
}

/** The newest events of a record, or those before the cursor; undefined when it never had any. */
export async function readAudit(
  sql: Queryable,
  recordId: string,
  { field, ...query }: AuditTrailQuery,
): Promise<CursorPage<AuditEvent> | undefined> {
  const page = await readLedger<AuditEvent>(sql, {
    columns: sql`action, at, who, request_id, coalesce(changes, '[]') as changes`,
    source: sql`audit_event`,
    where: sql`record_id = ${recordId} and ${changesField(sql, field)}`,
    ...query,
  });
  return page.items.length === 0 && query.cursor === undefined ? undefined : page;
}

function changesField(sql: Queryable, field: string | undefined) {
  if (field === undefined) return sql`true`;
  return sql`
    exists (select from json_array_elements(changes) as change where change ->> 'field' = ${field})
  `;
}

/** Forgets what fields held, but not that something happened: for a person's right to be forgotten. */
export async function redactAudit(tx: Transaction, recordId: string): Promise<void> {
  await tx`update audit_event set changes = null where record_id = ${recordId}`;
}

function fieldChanges(before: Fields, after: Fields): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: valueOf(before[field]), after: valueOf(after[field]) }))
    .filter((change) => change.before !== change.after);
}

function valueOf(value: unknown): Change['before'] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return value === undefined || value === null ? null : JSON.stringify(value);
}
