import { CurrencyCode, Day, decimal, Id, Instant, text } from 'platform/fields';
import * as z from 'zod';

import { Buyer, InvoiceLine, Totals } from './invoice-contract.ts';
import { Seller } from './settings-contract.ts';

export const NewCreditNote = z
  .strictObject({
    reason: text(500, 1),
    /** Whether the goods come back into stock. */
    restock: z.boolean(),
    /** How much of which line, lines counted from 0; left out, all that is left of the invoice. */
    lines: z
      .array(
        z.strictObject({
          line: z.int().min(0).max(499),
          quantity: decimal(9, 3).regex(/[1-9]/, 'Must be more than zero'),
        }),
      )
      .min(1)
      .max(500)
      .optional(),
  })
  .meta({ id: 'NewCreditNote' });
export type NewCreditNote = z.output<typeof NewCreditNote>;

/** Takes back an issued invoice, whole or in part; its amounts are positive. */
export const CreditNote = z
  .object({
    id: Id,
    number: z.string(),
    invoiceId: Id,
    invoiceNumber: z.string(),
    seller: Seller.nullable(),
    buyer: Buyer,
    mentions: z.array(z.string()),
    language: z.enum(['fr', 'en']).nullable(),
    currency: CurrencyCode,
    issueDate: Day,
    reason: z.string(),
    restock: z.boolean(),
    /** Whether the unit prices of its invoice are with VAT. */
    pricesIncludeVat: z.boolean(),
    /** The lines of the invoice that it credits, `line` counted from 0. */
    lines: z.array(z.object({ line: z.int(), ...InvoiceLine.shape })),
    totals: Totals,
    version: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'CreditNote' });
export type CreditNote = z.output<typeof CreditNote>;
