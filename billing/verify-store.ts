import type { Queryable } from 'platform/database';

import type { CreditNote } from './credit-contract.ts';
import { noteColumns, notesOf } from './credit-row.ts';
import type { Invoice } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { only } from './store.ts';

/** Where a document stands in its series, and what seals it. */
export type Place = {
  readonly id: string;
  readonly number: string;
  readonly issueDate: string;
  readonly series: string;
  readonly year: number;
  readonly seq: number;
  readonly previousHash: string | null;
  readonly hash: string | null;
};

/** A document and how to read the rest of it, which throws where that has been spoilt. */
export type Readable<T> = { readonly place: Place; readonly read: () => T };

export type SeriesCounter = {
  readonly series: string;
  readonly year: number;
  readonly lastSeq: number;
  readonly lastHash: string;
  readonly lastIssueDate: string;
};

/** How many documents are read at a time. */
const BATCH = 500;

export async function seriesCounters(sql: Queryable): Promise<readonly SeriesCounter[]> {
  return sql<SeriesCounter[]>`
    select series, year, last_seq, last_hash, last_issue_date
    from number_series
    order by series, year
  `;
}

/** All issued invoices, by series and number. */
export const issuedInvoices = (sql: Queryable) =>
  inOrder(async ({ series, year, seq }) =>
    readable(
      await sql<Place[]>`
      select ${invoiceColumns(sql)}, series, year, seq, previous_hash, hash
      from invoice
      where (series, year, seq) > (${series}, ${year}, ${seq})
      order by series, year, seq
      limit ${BATCH}
    `,
      invoicesOf,
    ),
  );

/** All credit notes, by series and number. */
export const creditNotes = (sql: Queryable) =>
  inOrder(async ({ series, year, seq }) =>
    readable(
      await sql<Place[]>`
      select ${noteColumns(sql)}, series, year, seq, previous_hash, hash
      from credit_note
      where (series, year, seq) > (${series}, ${year}, ${seq})
      order by series, year, seq
      limit ${BATCH}
    `,
      notesOf,
    ),
  );

/** What the payments of each of the invoices come to, in minor units. */
export async function paymentsOf(
  sql: Queryable,
  invoices: readonly Readable<Invoice>[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ invoiceId: string; paid: string }[]>`
    select invoice_id, sum(amount_minor)::text as paid
    from payment
    where invoice_id in ${sql(idsOf(invoices))}
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
  invoices: readonly Readable<Invoice>[],
): Promise<ReadonlyMap<string, readonly Readable<CreditNote>[]>> {
  const rows = await sql<(Place & { invoiceId: string })[]>`
    select ${noteColumns(sql)}, series, year, seq, previous_hash, hash
    from credit_note
    where invoice_id in ${sql(idsOf(invoices))}
    order by id
  `;
  const byInvoice = Map.groupBy(rows, ({ invoiceId }) => invoiceId);
  return new Map([...byInvoice].map(([id, notes]) => [id, readable(notes, notesOf)]));
}

const idsOf = (documents: readonly Readable<unknown>[]) => documents.map(({ place }) => place.id);

/** Each by itself: one that was spoilt keeps none of the others from being read. */
function readable<T>(
  rows: readonly Place[],
  documentsOf: (rows: readonly object[]) => readonly T[],
): Readable<T>[] {
  return rows.map((place) => ({ place, read: () => only(documentsOf([place])) }));
}

type After = Pick<Place, 'series' | 'year' | 'seq'>;

async function* inOrder<T>(
  readAfter: (after: After) => Promise<readonly Readable<T>[]>,
): AsyncGenerator<readonly Readable<T>[]> {
  for (let after: After | undefined = START; after;) {
    const batch = await readAfter(after);
    if (batch.length > 0) yield batch;
    after = batch.length < BATCH ? undefined : batch.at(-1)?.place;
  }
}

const START = { series: '', year: 0, seq: 0 };
