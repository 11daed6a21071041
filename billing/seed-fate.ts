import type { Credit } from './credits.ts';
import { creditedAtMs } from './seed-credits.ts';
import { balanced, type SeededStep } from './seed-history.ts';
import type { SeededInvoice } from './seed-invoice.ts';

/** What is done to an issued invoice, but for payments. */
export function fateSteps(
  { atMs, fate }: SeededInvoice,
  until: string,
  credit: Credit | undefined,
): SeededStep[] {
  if (fate.isVoid) return [{ action: 'voided', atMs, change: () => VOIDED }];
  if (fate.isGivenUp) {
    return [{ action: 'written-off', atMs: atMs + GIVEN_UP_AFTER_MS, change: () => GIVEN_UP }];
  }
  if (credit === undefined || fate.credited === undefined) return [];
  const creditedMinor = credit.totals.grossMinor;
  return [
    {
      action: 'credited',
      atMs: creditedAtMs(until, fate.credited.day),
      change: (open) => balanced(open, { creditedMinor }),
    },
  ];
}

const VOIDED = { status: 'void', voidReason: 'Commande annulée' } as const;
const GIVEN_UP = { status: 'uncollectible' } as const;
/** More than a year; only those are given up that are older than two. */
const GIVEN_UP_AFTER_MS = 400 * 86_400_000;
