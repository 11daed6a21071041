import type { Transaction } from 'platform/database';

import { invoiceNumber } from './invoices.ts';
import { only } from './store.ts';

export type TakenNumber = {
  readonly series: string;
  readonly year: number;
  readonly seq: number;
  readonly number: string;
  readonly issueDate: string;
  /** The seal of the document before it in the series; empty for the first. */
  readonly previousHash: string;
};

/**
 * The next number of a series, with the day of issue: today, but never before the last one of the
 * series. Who takes a number makes others wait until its transaction ends, and gives it back when
 * that fails: so there are no gaps. The day is read after the wait, by the database's clock, which
 * is one for all processes.
 */
export async function takeNumber(
  tx: Transaction,
  { series, timeZone }: { readonly series: string; readonly timeZone: string },
): Promise<TakenNumber> {
  const rows = await tx<Omit<TakenNumber, 'number'>[]>`
    insert into number_series (series, year, last_seq, last_issue_date)
    select ${series}, extract(year from today)::int, 1, today
    from (select (now() at time zone ${timeZone})::date as today) as clock
    on conflict (series, year) do update
    set last_seq = number_series.last_seq + 1,
        last_issue_date = greatest(
          number_series.last_issue_date,
          least(
            (clock_timestamp() at time zone ${timeZone})::date,
            make_date(number_series.year, 12, 31)
          )
        )
    returning series, year, last_seq as seq, last_issue_date as issue_date, last_hash as previous_hash
  `;
  const taken = only(rows);
  return { ...taken, number: invoiceNumber(taken) };
}

/** Notes the seal of the document that took the last number, for the one that takes the next. */
export async function noteSeal(
  tx: Transaction,
  { series, year }: TakenNumber,
  hash: string,
): Promise<void> {
  await tx`
    update number_series set last_hash = ${hash} where series = ${series} and year = ${year}
  `;
}
