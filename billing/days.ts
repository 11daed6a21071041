import { invalid } from 'platform/problem';

import type { Invoice } from './invoice-contract.ts';

/** When and how an invoice is to be paid. */
export type DueTerms = Pick<Invoice, 'dueDays' | 'dueEndOfMonth'>;

/**
 * The day on which an invoice of a day is due: so many days later, or the last one of that month.
 * Days have no zone, so that none can shift them.
 */
export function dueDateOf(issueDate: string, { dueDays, dueEndOfMonth }: DueTerms): string {
  const day = Temporal.PlainDate.from(issueDate).add({ days: dueDays });
  return String(dueEndOfMonth ? day.with({ day: day.daysInMonth }) : day);
}

/**
 * Throws 422 for a payment that is yet to come, and for one of more than a year before the invoice:
 * a deposit comes before it, but what is older is a slip of the keyboard. `today` is the company's.
 */
export function assertPaidOn(
  { issueDate }: Pick<Invoice, 'issueDate'>,
  paidOn: string,
  today: string,
): void {
  const from = plusYears(issueDate ?? today, -1);
  assertWithin('/paidOn', paidOn, { from, to: today });
}

/**
 * Throws 422 for a delivery of more than ten years ago, as long as books are kept, and for one in
 * more than a year: an invoice may come before what it is for.
 */
export function assertDeliveredOn(deliveredOn: string, today: string): void {
  assertWithin('/deliveredOn', deliveredOn, {
    from: plusYears(today, -10),
    to: plusYears(today, 1),
  });
}

function assertWithin(
  pointer: string,
  day: string,
  { from, to }: { readonly from: string; readonly to: string },
): void {
  if (day < from) {
    invalid([{ pointer, code: 'too_early', detail: `Must be ${from} or later` }]);
  }
  if (day > to) {
    invalid([{ pointer, code: 'too_late', detail: `Must be ${to} or earlier` }]);
  }
}

function plusYears(day: string, years: number): string {
  return Temporal.PlainDate.from(day).add({ years }).toString();
}
