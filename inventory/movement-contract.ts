import { Id, Instant, signedDecimal, text } from 'platform/fields';
import * as z from 'zod';

import { Quantity } from './product-contract.ts';

const MOVEMENT_REASONS = ['receipt', 'adjustment', 'count', 'sale', 'return'] as const;

/** A change of stock; `delta` is negative for what leaves. */
export const Movement = z
  .object({
    id: Id,
    productId: Id,
    delta: signedDecimal(9, 3),
    reason: z.enum(MOVEMENT_REASONS),
    note: text(500),
    /** What it belongs to: of a sale the invoice, which is its reservation; else what came along. */
    reference: z.string(),
    balanceAfter: Quantity,
    /** The person, or the service that did it by itself; null when nobody was named. */
    who: z.string().nullable(),
    version: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'Movement' });
export type Movement = z.output<typeof Movement>;

/** What a person or another service moves; an adjustment says why in its note. */
export const NewMovement = z
  .strictObject({
    /** Of one's own choosing: what was written under it once is for ever not written again. */
    id: Id.optional(),
    delta: signedDecimal(9, 3).regex(/[1-9]/, 'Must not be zero'),
    reason: z.enum(['receipt', 'adjustment', 'return']),
    note: text(500).default(''),
    /** Such as the number of a delivery note. */
    reference: text(100).default(''),
  })
  .meta({ id: 'NewMovement' });
export type NewMovement = z.output<typeof NewMovement>;

/** What somebody found on the shelf; it becomes what is on hand. */
export const NewCount = z
  .strictObject({ counted: Quantity, note: text(500).default('') })
  .meta({ id: 'NewCount' });
export type NewCount = z.output<typeof NewCount>;
