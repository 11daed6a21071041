import type { Transaction } from 'platform/database';
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
