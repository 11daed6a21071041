import { CurrencyCode, Id, Instant, text } from 'platform/fields';
import * as z from 'zod';

/** A day of this century or the last; earlier ones are slips of the keyboard. */
export const RecentDay = z
  .string()
  .regex(new RegExp(`^(?=19|20)${z.regexes.date.source.slice(1)}`), 'Must be a day, 2026-11-22')
  .meta({ format: 'date' });

export const NewPayment = z
  .strictObject({
    amountMinor: z.int().min(1).max(1_000_000_000_000),
    paidOn: RecentDay,
    method: z.enum(['transfer', 'card', 'cash', 'cheque', 'direct-debit']).default('transfer'),
    reference: text(100).default(''),
  })
  .meta({ id: 'NewPayment' });
export type NewPayment = z.output<typeof NewPayment>;

/** A payment as the ledger of its invoice shows it. */
export const Payment = z
  .object({
    id: Id,
    invoiceId: Id,
    ...NewPayment.shape,
    currency: CurrencyCode,
    createdAt: Instant,
  })
  .meta({ id: 'Payment' });
export type Payment = z.output<typeof Payment>;
