import type { Transaction } from 'platform/database';

import { invoiceNumber } from './invoices.ts';
import { only } from './store.ts';

export type TakenNumber = {
  readonly series: string;
  readonly year: number;
  readonly seq: number;
  readonly number: string;
  readonly issueDate: string;
  /** When the transaction began that took it. */
  readonly takenAt: string;
  /** The seal of the document before the first of these in the series; empty where there is none. */
  readonly previousHash: string;
};

/**
 * The next numbers of a series, with the day of issue: today, but never before the last one of the
 * series, whatever its year. Who takes numbers makes others wait until its transaction ends, and gives them back when
 * that fails: so there are no gaps. The day is read after the wait, by the database's clock, which
 * is one for all processes.
 */
export async function takeNumbers(
  tx: Transaction,
  {
    series,
    timeZone,
    count,
  }: { readonly series: string; readonly timeZone: string; readonly count: number },
): Promise<TakenNumber[]> {
  const rows = await tx<Omit<TakenNumber, 'number'>[]>`
    insert into number_series (series, year, last_seq, last_issue_date)
    select ${series}, extract(year from today)::int, ${count}::int, today
    from (
      select greatest(
        (now() at time zone ${timeZone})::date,
        (select max(last_issue_date) from number_series where series = ${series})
      ) as today
    ) as clock
    on conflict (series, year) do update
    set last_seq = number_series.last_seq + excluded.last_seq,
        last_issue_date = greatest(
          number_series.last_issue_date,
          least(
            (clock_timestamp() at time zone ${timeZone})::date,
            make_date(number_series.year, 12, 31)
          )
        )
    returning series, year, last_seq as seq, last_issue_date as issue_date,
      last_hash as previous_hash, now() as taken_at
  `;
  const last = only(rows);
  return Array.from({ length: count }, (_, index) => {
    const taken = { ...last, seq: last.seq - count + 1 + index };
    return { ...taken, number: invoiceNumber(taken) };
  });
}

/** Notes the seal of the document that took the last number, for the one that takes the next. */
export async function noteSeal(
  tx: Transaction,
  { series, year }: Pick<TakenNumber, 'series' | 'year'>,
  hash: string,
): Promise<void> {
  await tx`
    update number_series set last_hash = ${hash} where series = ${series} and year = ${year}
  `;
}
