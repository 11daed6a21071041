import { auditRow, insertAudit } from 'platform/audit-store';
import { type Database, type Queryable, transact, type Transaction } from 'platform/database';
import { currentContext, linkTo } from 'platform/request-context';

import type { InvoiceAction } from './history.ts';

export type StockLine = { readonly productId: string; readonly quantity: string };

/** For `restock`, what comes back. */
export type Returned = {
  readonly lines: readonly StockLine[];
  /** Makes a repeat of it recognisable. */
  readonly reference: string;
  /** What the stock ledger is to say. */
  readonly note: string;
};

/** Something that the inventory has yet to be told. */
export type OutboxRow = {
  readonly id: bigint;
  readonly invoiceId: string;
  readonly action: 'commit' | 'release' | 'restock';
  readonly returned: Returned;
  /** In whose name; null when nobody was named. */
  readonly who: string | null;
  /** Of the request that brought it about, where that is recorded. */
  readonly traceparent: string | null;
  /** How often it was tried before. */
  readonly attempts: number;
};

/** Undefined once the inventory knows, else why it does not and when to try again. */
export type Delivery =
  | {
      readonly error: string;
      readonly retryInMs: number;
      /** Whether the inventory says no, such as when there is no stock, and is not just away. */
      readonly isRefused: boolean;
    }
  | undefined;

type NewRow = Pick<OutboxRow, 'invoiceId' | 'action'> &
  Partial<Pick<OutboxRow, 'returned' | 'who' | 'traceparent'>>;

/** Adds rows, at most one of an invoice, to be delivered when the transaction has ended. */
export async function enqueue(tx: Transaction, rows: readonly NewRow[]): Promise<OutboxRow[]> {
  if (rows.length === 0) return [];
  const context = currentContext();
  const who = context?.who ?? null;
  const nothing: Returned = { lines: [], reference: '', note: '' };
  const traceparent = linkTo(context);
  const fresh = { who, traceparent, returned: nothing, attempts: 0 };
  const full = rows.map((row) => ({ ...fresh, ...row }));
  // For a moment it is left to the request that brought it about, which answers when it is delivered.
  const added = await tx<Pick<OutboxRow, 'id' | 'invoiceId'>[]>`
    insert into outbox (
      invoice_id, action, who, traceparent, lines, reference, note, next_attempt_at
    )
    select
      invoice_id, action, who, traceparent, lines, reference, note,
      clock_timestamp() + interval '1 second'
    from unnest(
      ${full.map(({ invoiceId }) => invoiceId)}::uuid[],
      ${full.map(({ action }) => action)}::text[],
      ${full.map((row) => row.who)}::text[],
      ${full.map((row) => row.traceparent)}::text[],
      ${full.map(({ returned }) => JSON.stringify(returned.lines))}::text[]::jsonb[],
      ${full.map(({ returned }) => returned.reference)}::text[],
      ${full.map(({ returned }) => returned.note)}::text[]
    ) with ordinality as row (invoice_id, action, who, traceparent, lines, reference, note, place)
    order by place
    returning id, invoice_id
  `;
  const ids = new Map(added.map(({ id, invoiceId }) => [invoiceId, id]));
  return full.flatMap((row) => {
    const id = ids.get(row.invoiceId);
    return id === undefined ? [] : [{ ...row, id }];
  });
}

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
  const done: OutboxRow[] = [];
  const failed: Parameters<typeof postpone>[1][] = [];
  for (const [index, row] of rows.entries()) {
    const delivery = deliveries[index];
    if (delivery === undefined) done.push(row);
    else failed.push({ id: row.id, ...delivery });
  }
  await noteRefusals(tx, rows, deliveries);
  await Promise.all([
    done.length > 0 && forget(tx, done),
    ...failed.map((row) => postpone(tx, row)),
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
  await insertAudit(
    tx,
    settled.map(({ invoiceId }) => incident(invoiceId, 'stock-settled')),
  );
}

/** Notes in the histories of invoices that their stock is refused; of several who were, one does. */
async function noteRefusals(
  tx: Transaction,
  rows: readonly OutboxRow[],
  deliveries: readonly Delivery[],
): Promise<void> {
  const isNew = await firstRefused(
    tx,
    rows.filter((_, index) => deliveries[index]?.isRefused),
  );
  const events = rows.flatMap(({ id, invoiceId }, index) =>
    isNew.has(id) ? [incident(invoiceId, 'stock-refused', deliveries[index]?.error)] : [],
  );
  await insertAudit(tx, events);
}

const incident = (invoiceId: string, action: InvoiceAction, stock?: string) =>
  auditRow(invoiceId, action, { after: { stock } });

const idsOf = (rows: readonly OutboxRow[]): string[] => rows.map(({ id }) => String(id));

async function firstRefused(
  tx: Transaction,
  rows: readonly OutboxRow[],
): Promise<ReadonlySet<bigint>> {
  if (rows.length === 0) return new Set();
  const locked = await tx<Pick<OutboxRow, 'id'>[]>`
    select id from outbox
    where id = any(${idsOf(rows)}::text[]::bigint[]) and refused_at is null
    order by id
    for update
  `;
  return new Set(locked.map(({ id }) => id));
}

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
  { id, error, retryInMs, isRefused }: { readonly id: bigint } & NonNullable<Delivery>,
): Promise<void> {
  await tx`
    update outbox
    set attempts = attempts + 1,
        last_error = ${error},
        refused_at = coalesce(refused_at, case when ${isRefused} then clock_timestamp() end),
        next_attempt_at = clock_timestamp() + ${retryInMs} * interval '1 millisecond'
    where id = ${id}
  `;
}
