import { VatCategory } from 'inventory/vat-category';
import { BasisPoints, CurrencyCode, Day, Id } from 'platform/fields';
import * as z from 'zod';

import { RecentDay } from './payment-contract.ts';

/**
 * An amount in the smallest unit of its currency. A sum may be beyond what a number in JSON holds to the
 * unit, 2^53: it is then the next that it does hold, and the CSV says all of its digits.
 */
const Minor = z.number().meta({ type: 'integer' });

export const FirstOfMonth = RecentDay.refine((day) => day.endsWith('-01'), {
  error: 'Must be the first day of a month: figures are of whole months',
});

export const LastOfMonth = RecentDay.refine((day) => isLastOfMonth(day), {
  error: 'Must be the last day of a month: figures are of whole months',
});

/** In UTC from end to end, so that no zone can shift the day. */
function isLastOfMonth(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 1);
  return date.getUTCDate() === 1;
}

/** Sums over the issued documents in one currency; credit notes and voids are taken off. */
export const Figures = z
  .object({
    currency: CurrencyCode,
    /** Those that anything was ever issued in, by their codes. */
    currencies: z.array(CurrencyCode),
    /** By the month of issue, and of payment, oldest first; months without anything are left out. */
    months: z.array(
      z.object({
        month: Day,
        netMinor: Minor,
        vatMinor: Minor,
        grossMinor: Minor,
        collectedMinor: Minor,
      }),
    ),
    /** Of each month lowest rate first; at one rate in the order of `VAT_CATEGORIES`. */
    vat: z.array(
      z.object({
        month: Day,
        vatCategory: VatCategory,
        vatRateBp: BasisPoints,
        baseMinor: Minor,
        vatMinor: Minor,
      }),
    ),
    /** What is due of open invoices, now. */
    outstandingMinor: Minor,
    /** How much of it is overdue, by days: up to 30, 60, 90 and more. */
    overdue: z.object({
      upTo30Minor: Minor,
      upTo60Minor: Minor,
      upTo90Minor: Minor,
      olderMinor: Minor,
    }),
    /** The ten who were invoiced most, and the ten products that were sold most, ever. */
    customers: z.array(
      z.object({
        customerId: Id,
        customerName: z.string(),
        grossMinor: Minor,
        collectedMinor: Minor,
      }),
    ),
    products: z.array(
      z.object({ productId: Id, description: z.string(), quantity: z.string(), netMinor: Minor }),
    ),
  })
  .meta({ id: 'Figures' });
export type Figures = z.output<typeof Figures>;

/** What one customer was invoiced ever and owes now, by currency; none that was never invoiced in. */
export const CustomerFigures = z
  .object({
    currencies: z.array(
      z.object({
        currency: CurrencyCode,
        /** Less what was credited. */
        grossMinor: Minor,
        collectedMinor: Minor,
        outstandingMinor: Minor,
        overdueMinor: Minor,
      }),
    ),
  })
  .meta({ id: 'CustomerFigures' });
export type CustomerFigures = z.output<typeof CustomerFigures>;

/** The parts of the figures that can be had as a table of their own. */
export const FIGURE_TABLES = ['months', 'vat', 'due', 'customers', 'products'] as const;
