/** What the figures are of: whole months, from the first day of one to the last day of another. */
export type Period = { readonly from: string; readonly to: string };

export const PERIODS = ['last-12', 'this-year', 'last-year', 'this-quarter', 'this-month'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** The months that a name means on a day, `2026-11-22`. */
export function periodOf(name: PeriodName, day: string): Period {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7)) - 1;
  const quarter = month - (month % 3);
  switch (name) {
    case 'last-12':
      return between(year, month - 11, month);
    case 'this-year':
      return between(year, 0, 11);
    case 'last-year':
      return between(year - 1, 0, 11);
    case 'this-quarter':
      return between(year, quarter, quarter + 2);
    case 'this-month':
      return between(year, month, month);
  }
}

/** The whole months between two days, whichever comes first. */
export function wholeMonths(one: string, other: string): Period {
  const [first = one, last = other] = [one, other].toSorted();
  return { from: `${first.slice(0, 7)}-01`, to: lastDayOf(last) };
}

/** The first days of the months of a period. */
export function monthsOf({ from, to }: Period): string[] {
  const months: string[] = [];
  for (let month = `${from.slice(0, 7)}-01`; month <= to; month = dayOf(month, 1)) {
    months.push(month);
  }
  return months;
}

/** The last day of the month in which a day is. */
export function lastDayOf(day: string): string {
  return dayOf(day, 1, -1);
}

/** A day so many days before or after another. */
export function daysFrom(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function between(year: number, fromMonth: number, toMonth: number): Period {
  return { from: iso(year, fromMonth), to: lastDayOf(iso(year, toMonth)) };
}

/** The first day of the month so many months after that of `day`, and days more. */
function dayOf(day: string, months: number, days = 0): string {
  return daysFrom(iso(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + months), days);
}

function iso(year: number, month: number): string {
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}
