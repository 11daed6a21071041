import type { Database, Queryable, Transaction } from 'platform/database';
import { currentContext, linkTo } from 'platform/request-context';

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
export type Delivery = { readonly error: string; readonly retryInMs: number } | undefined;

type NewRow = Pick<OutboxRow, 'invoiceId' | 'action'> &
  Partial<Pick<OutboxRow, 'returned' | 'who' | 'traceparent'>>;

/** Adds rows, at most one of an invoice, to be delivered when the transaction has ended. */
export async function enqueue(tx: Transaction, rows: readonly NewRow[]): Promise<OutboxRow[]> {
  if (rows.length === 0) return [];
  const context = currentContext();
  const who = context?.who ?? null;
  const nothing: Returned = { lines: [], reference: '', note: '' };
  const traceparent = linkTo(context);
  const full = rows.map((row) => ({ who, traceparent, returned: nothing, attempts: 0, ...row }));
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
  if (rows.length > 0) await note(sql, rows, await deliver(rows));
}

/** Notes what became of rows; whether any of them is yet to be delivered. */
async function note(
  sql: Queryable,
  rows: readonly OutboxRow[],
  deliveries: readonly Delivery[],
): Promise<boolean> {
  const done: string[] = [];
  const failed: Parameters<typeof postpone>[1][] = [];
  for (const [index, { id }] of rows.entries()) {
    const delivery = deliveries[index];
    if (delivery === undefined) done.push(String(id));
    else failed.push({ id, ...delivery });
  }
  await Promise.all([
    done.length > 0 && sql`delete from outbox where id = any(${done}::text[]::bigint[])`,
    ...failed.map((row) => postpone(sql, row)),
  ]);
  return failed.length > 0;
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
  sql: Queryable,
  { id, error, retryInMs }: { readonly id: bigint } & NonNullable<Delivery>,
): Promise<void> {
  await sql`
    update outbox
    set attempts = attempts + 1,
        last_error = ${error},
        next_attempt_at = clock_timestamp() + ${retryInMs} * interval '1 millisecond'
    where id = ${id}
  `;
}
