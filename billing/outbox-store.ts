import type { Database, Transaction } from 'platform/database';

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
  /** How often it was tried before. */
  readonly attempts: number;
};

/** Undefined once the inventory knows, else why it does not and when to try again. */
export type Delivery = { readonly error: string; readonly retryInMs: number } | undefined;

/** Adds a row, to be delivered when the transaction has ended. */
export async function enqueue(
  tx: Transaction,
  invoiceId: string,
  action: OutboxRow['action'],
  { lines, reference, note }: Returned = { lines: [], reference: '', note: '' },
): Promise<void> {
  // For a moment it is left to the request that brought it about, which answers when it is delivered.
  await tx`
    insert into outbox (invoice_id, action, lines, reference, note, next_attempt_at)
    values (
      ${invoiceId}, ${action}, ${tx.json(lines)}, ${reference}, ${note},
      clock_timestamp() + interval '1 second'
    )
  `;
}

/**
 * Takes the next row that is due, or the next of one invoice whether due or not, and holds it while
 * it is delivered, so that no other process delivers it as well. The rows of an invoice go in their
 * order. False when there was none.
 */
export async function deliverNext(
  sql: Database,
  deliver: (row: OutboxRow) => Promise<Delivery>,
  invoiceId?: string,
): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [row] = await tx<OutboxRow[]>`
      select id, invoice_id, action, attempts,
        json_build_object('lines', lines, 'reference', reference, 'note', note) as returned
      from outbox
      where ${invoiceId === undefined ? tx`next_attempt_at <= now()` : tx`invoice_id = ${invoiceId}`}
        and not exists (
          select from outbox as earlier
          where earlier.invoice_id = outbox.invoice_id and earlier.id < outbox.id
        )
      order by id
      limit 1
      for update skip locked
    `;
    if (row === undefined) return false;
    const delivery = await deliver(row);
    if (delivery === undefined) await tx`delete from outbox where id = ${row.id}`;
    else await postpone(tx, row, delivery);
    // Of one invoice, what failed now would fail again.
    return delivery === undefined || invoiceId === undefined;
  });
}

async function postpone(
  tx: Transaction,
  { id }: OutboxRow,
  { error, retryInMs }: NonNullable<Delivery>,
): Promise<void> {
  await tx`
    update outbox
    set attempts = attempts + 1,
        last_error = ${error},
        next_attempt_at = clock_timestamp() + ${retryInMs} * interval '1 millisecond'
    where id = ${id}
  `;
}
