import { type Database, type Queryable, transact, type Transaction } from 'platform/database';

import { noteRefusals, noteSettled } from './incident-store.ts';
import type { OutboxRow } from './outbox-store.ts';

/** Undefined once the inventory knows, else why it does not and when to try again. */
export type Delivery =
  | {
      readonly error: string;
      readonly retryInMs: number;
      /** Whether the inventory says no, such as when there is no stock, and is not just away. */
      readonly isRefused: boolean;
    }
  | undefined;

/** How many commits are told at once. */
const TOGETHER = 64;

/**
 * Takes the next rows that are due, or the next of some invoices whether due or not, and holds them
 * while they are delivered, so that no other process delivers them as well. The rows of an invoice
 * go in their order; commits, which are most of them, go together. False when there is no more to
 * do now.
 */
export function deliverNext(
  sql: Database,
  deliver: (rows: readonly OutboxRow[]) => Promise<Delivery[]>,
  invoiceIds?: readonly string[],
): Promise<boolean> {
  return sql.begin(async (tx) => {
    const commits = await nextRows(tx, { invoiceIds, isCommit: true, limit: TOGETHER });
    const rows =
      commits.length > 0 ? commits : await nextRows(tx, { invoiceIds, isCommit: false, limit: 1 });
    if (rows.length === 0) return false;
    const hasFailed = await note(tx, rows, await deliver(rows));
    // Of one invoice, what failed now would fail again.
    return invoiceIds === undefined || !hasFailed;
  });
}

/**
 * Delivers rows that were added a moment ago, which nobody else tries yet: they need not be held.
 * Should that take longer, somebody may deliver them as well, which changes nothing.
 */
export async function deliverAdded(
  sql: Database,
  deliver: (rows: readonly OutboxRow[]) => Promise<Delivery[]>,
  rows: readonly OutboxRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const deliveries = await deliver(rows);
  const isPlain = !deliveries.some(Boolean) && (await forgetUnrefused(sql, rows)) === rows.length;
  if (!isPlain) await transact(sql, (tx) => note(tx, rows, deliveries));
}

/** Notes what became of rows; whether any of them is yet to be delivered. */
async function note(
  tx: Transaction,
  rows: readonly OutboxRow[],
  deliveries: readonly Delivery[],
): Promise<boolean> {
  const done = rows.filter((_, index) => deliveries[index] === undefined);
  const failed = rows.flatMap((row, index) => {
    const failure = deliveries[index];
    return failure ? [{ row, ...failure }] : [];
  });
  await noteRefusals(
    tx,
    failed.filter(({ isRefused }) => isRefused),
  );
  await Promise.all([
    done.length > 0 && forget(tx, done),
    ...failed.map((one) => postpone(tx, one)),
  ]);
  return failed.length > 0;
}

/** Forgets what nobody was refused, which is nearly all; how many rows that were. */
async function forgetUnrefused(sql: Queryable, rows: readonly OutboxRow[]): Promise<number> {
  const { count } = await sql`
    delete from outbox where id = any(${idsOf(rows)}::text[]::bigint[]) and refused_at is null
  `;
  return count;
}

/**
 * Forgets what is done, and notes the end of refusals. Whether there was one says the row that goes:
 * while one delivery took its time, somebody else may have been refused.
 */
async function forget(tx: Transaction, rows: readonly OutboxRow[]): Promise<void> {
  const gone = await tx<{ invoiceId: string; wasRefused: boolean }[]>`
    delete from outbox
    where id = any(${idsOf(rows)}::text[]::bigint[])
    returning invoice_id, refused_at is not null as was_refused
  `;
  const settled = gone.filter(({ wasRefused }) => wasRefused);
  await noteSettled(
    tx,
    settled.map(({ invoiceId }) => invoiceId),
  );
}

const idsOf = (rows: readonly OutboxRow[]): string[] => rows.map(({ id }) => String(id));

function nextRows(
  tx: Transaction,
  {
    invoiceIds,
    isCommit,
    limit,
  }: {
    readonly invoiceIds: readonly string[] | undefined;
    readonly isCommit: boolean;
    readonly limit: number;
  },
): Promise<OutboxRow[]> {
  return tx<OutboxRow[]>`
    select id, invoice_id, action, attempts, who, traceparent,
      json_build_object('lines', lines, 'reference', reference, 'note', note) as returned
    from outbox
    where ${mayGo(tx, invoiceIds)}
      and (action = 'commit') = ${isCommit}
      and not exists (
        select from outbox as earlier
        where earlier.invoice_id = outbox.invoice_id and earlier.id < outbox.id
      )
    order by id
    limit ${limit}
    for update skip locked
  `;
}

function mayGo(sql: Queryable, invoiceIds: readonly string[] | undefined) {
  return invoiceIds === undefined
    ? sql`next_attempt_at <= now()`
    : sql`invoice_id = any(${[...invoiceIds]}::uuid[])`;
}

async function postpone(
  tx: Transaction,
  { row, error, retryInMs, isRefused }: { readonly row: OutboxRow } & NonNullable<Delivery>,
): Promise<void> {
  await tx`
    update outbox
    set attempts = attempts + 1,
        last_error = ${error},
        refused_at = coalesce(refused_at, case when ${isRefused} then clock_timestamp() end),
        next_attempt_at = clock_timestamp() + ${retryInMs} * interval '1 millisecond'
    where id = ${row.id}
  `;
}
