import type { Queryable } from 'platform/database';

import type { CreditNote } from './credit-contract.ts';
import { noteColumns, notesOf } from './credit-row.ts';
import type { Invoice } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';

/** Where a document stands in its series, and what seals it. */
export type Place = {
  readonly series: string;
  readonly year: number;
  readonly seq: number;
  readonly previousHash: string | null;
  readonly hash: string | null;
};

export type SeriesCounter = {
  readonly series: string;
  readonly year: number;
  readonly lastSeq: number;
  readonly lastHash: string;
};

/** How many documents are read at a time. */
const BATCH = 500;

export async function seriesCounters(sql: Queryable): Promise<readonly SeriesCounter[]> {
  return sql<SeriesCounter[]>`
    select series, year, last_seq, last_hash from number_series order by series, year
  `;
}

/** All issued invoices, by series and number. */
export const issuedInvoices = (sql: Queryable) =>
  inOrder(async ({ series, year, seq }) =>
    invoicesOf<Place>(
      await sql`
      select ${invoiceColumns(sql)}, series, year, seq, previous_hash, hash
      from invoice
      where (series, year, seq) > (${series}, ${year}, ${seq})
      order by series, year, seq
      limit ${BATCH}
    `,
    ),
  );

/** All credit notes, by series and number. */
export const creditNotes = (sql: Queryable) =>
  inOrder(async ({ series, year, seq }) =>
    notesOf<Place>(
      await sql`
      select ${noteColumns(sql)}, series, year, seq, previous_hash, hash
      from credit_note
      where (series, year, seq) > (${series}, ${year}, ${seq})
      order by series, year, seq
      limit ${BATCH}
    `,
    ),
  );

/** What the payments of each of the invoices come to, in minor units. */
export async function paymentsOf(
  sql: Queryable,
  invoices: readonly Invoice[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ invoiceId: string; paid: string }[]>`
    select invoice_id, sum(amount_minor)::text as paid
    from payment
    where invoice_id in ${sql(invoices.map(({ id }) => id))}
    group by invoice_id
  `;
  return new Map(rows.map(({ invoiceId, paid }) => [invoiceId, Number(paid)]));
}

/** What the inventory refuses to do for issued invoices, such as to take stock that has gone. */
export async function refusedStock(
  sql: Queryable,
): Promise<readonly { readonly number: string; readonly lastError: string }[]> {
  return sql<{ number: string; lastError: string }[]>`
    select number, last_error
    from outbox join invoice on invoice.id = invoice_id
    where refused_at is not null and number is not null
    order by outbox.id
  `;
}

/** The credit notes of each of the invoices, in the order in which they were made. */
export async function creditNotesOf(
  sql: Queryable,
  invoices: readonly Invoice[],
): Promise<ReadonlyMap<string, readonly CreditNote[]>> {
  const notes = notesOf(
    await sql`
    select ${noteColumns(sql)}
    from credit_note
    where invoice_id in ${sql(invoices.map(({ id }) => id))}
    order by series, year, seq
  `,
  );
  return Map.groupBy(notes, ({ invoiceId }) => invoiceId);
}

async function* inOrder<T extends Place>(
  read: (after: Pick<Place, 'series' | 'year' | 'seq'>) => Promise<readonly T[]>,
): AsyncGenerator<readonly T[]> {
  for (let after: T | { series: string; year: number; seq: number } | undefined = START; after;) {
    const batch = await read(after);
    if (batch.length > 0) yield batch;
    after = batch.length < BATCH ? undefined : batch.at(-1);
  }
}

const START = { series: '', year: 0, seq: 0 };
