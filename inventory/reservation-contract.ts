import { Problem } from 'platform/contract';
import { Id, Instant, text } from 'platform/fields';
import * as z from 'zod';

import { Quantity } from './product-contract.ts';

export const ReservationLine = z.strictObject({
  productId: Id,
  quantity: Quantity.regex(/[1-9]/, 'Must be more than zero'),
});
export type ReservationLine = z.output<typeof ReservationLine>;

const RESERVATION_STATUSES = ['held', 'committed', 'released'] as const;

/** Stock put aside for an invoice, all lines or none, until `expiresAt`. */
export const Reservation = z
  .object({
    id: Id,
    status: z.enum(RESERVATION_STATUSES),
    lines: z.array(ReservationLine),
    expiresAt: Instant,
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Reservation' });
export type Reservation = z.output<typeof Reservation>;

export const NewReservation = z
  .strictObject({
    lines: z.array(ReservationLine).min(1).max(500),
    expiresInSeconds: z.int().min(1).max(86_400).default(900),
  })
  .meta({ id: 'NewReservation' });
export type NewReservation = z.output<typeof NewReservation>;

/** So many at once, each by itself: one that cannot be does not keep the others. */
export const NewReservations = z
  .strictObject({
    reservations: z
      .array(z.strictObject({ id: Id, ...NewReservation.shape }))
      .min(1)
      .max(100),
  })
  .meta({ id: 'NewReservations' });

export const ReservationsToCommit = z
  .strictObject({
    reservations: z
      .array(
        z.strictObject({
          id: Id,
          /** In whose name the stock is taken; the caller's where it is left out. */
          who: text(254, 1).optional(),
        }),
      )
      .min(1)
      .max(100),
  })
  .meta({ id: 'ReservationsToCommit' });

/** What became of each, in the order in which they were named. */
export const ReservationOutcomes = z
  .object({
    outcomes: z.array(
      z.object({
        id: Id,
        /** Why it could not be, as it would have been answered for this one alone. */
        problem: Problem.optional(),
      }),
    ),
  })
  .meta({ id: 'ReservationOutcomes' });
