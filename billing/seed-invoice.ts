import { type Random, random } from 'platform/random';

import type { Buyer, InvoiceLine } from './invoice-contract.ts';
import { computeTotals } from './totals.ts';

/** Who and what made-up invoices are about; given by whoever knows the other services. */
export type SeedWorld = {
  readonly seed: number;
  readonly count: number;
  /** The last day, `2026-11-22`. */
  readonly until: string;
  readonly customers: {
    readonly count: number;
    readonly at: (index: number) => Buyer & { readonly id: string };
  };
  readonly products: {
    readonly count: number;
    readonly at: (index: number) => SeedProduct;
  };
};

type SeedProduct = Pick<InvoiceLine, 'sku' | 'unit' | 'unitPrice' | 'vatRateBp' | 'vatCategory'> & {
  readonly id: string;
  readonly name: string;
  readonly trackStock: boolean;
};

export type SeedLine = {
  readonly line: InvoiceLine;
  /** Of the product. */
  readonly index: number;
  readonly thousandths: number;
  readonly trackStock: boolean;
};

/** What becomes of an invoice; days count from the first day of all. */
export type Fate = {
  readonly isDraft: boolean;
  readonly isVoid: boolean;
  readonly isGivenUp: boolean;
  /** Of what is due: in one or two parts. */
  readonly paid: readonly { readonly day: number; readonly share: number }[];
  readonly credited: { readonly day: number; readonly isWhole: boolean } | undefined;
};

export type SeededInvoice = ReturnType<typeof seededInvoice>;

const DAY_MS = 86_400_000;
const DAYS = 5 * 365 + 1;

/** The moment of the invoice `index`: later ones are never earlier, and business grows. */
function momentOf({ count, until }: SeedWorld, index: number) {
  const position = ((index + 0.5) / count) ** 0.8 * DAYS;
  const day = Math.floor(position);
  const hours = 8 + (position - day) * 10; // Within one day everywhere in Europe.
  return { day, atMs: msOf(until, day) + Math.floor((hours * DAY_MS) / 24) };
}

/** When a day begins. */
export const msOf = (until: string, day: number): number =>
  Date.parse(until) - (DAYS - 1 - day) * DAY_MS;
export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The invoice `index` with its lines, priced, and what becomes of it. */
export function seededInvoice(world: SeedWorld, index: number) {
  const dice = random(world.seed, 'invoice', index);
  const { day, atMs } = momentOf(world, index);
  const { id: customerId, ...buyer } = world.customers.at(skewed(dice, world.customers.count));
  const isSubcontracted = buyer.vatNumber !== '' && dice.chance(0.03);
  const lines = linesOf(dice, world, isSubcontracted);
  const discountBp = dice.chance(0.03) ? dice.pick([200, 500]) : 0;
  const { lines: amounts, totals } = computeTotals({
    currency: 'EUR',
    lines: lines.map(({ line }) => line),
    discountBp,
  });
  const dueDays = dice.pick([15, 30, 30, 30, 45, 60]);
  return {
    id: dice.uuid(atMs),
    day,
    atMs,
    customerId,
    buyer,
    dueDays,
    discountBp,
    notes: dice.chance(0.1) ? `Commande ${dice.between(1000, 9999)}` : '',
    lines: lines.map(({ line, ...sold }, place) => ({
      ...sold,
      line: { ...line, netMinor: amounts[place]?.netMinor ?? 0 },
    })),
    totals,
    fate: fateOf(dice, { day, dueDays }, index >= world.count - draftsOf(world)),
    dice,
  };
}

const draftsOf = ({ count }: SeedWorld): number => Math.min(200, Math.floor(count / 50));

/** The first ones come up often, the last ones seldom. */
const skewed = (dice: Random, count: number): number => Math.floor(dice.next() ** 1.5 * count);

/** What a subcontractor does is taxed where it is bought (CGI art. 283, 2 nonies). */
const REVERSE_CHARGE = { vatRateBp: 0, vatCategory: 'AE' } as const;

function linesOf(dice: Random, { products }: SeedWorld, isSubcontracted: boolean): SeedLine[] {
  const wanted = dice.pick([1, 2, 2, 3, 3, 4, 6]);
  const indexes = new Set(Array.from({ length: wanted }, () => skewed(dice, products.count)));
  return [...indexes].map((index) => {
    const product = products.at(index);
    const { sku, unit, unitPrice, vatRateBp, vatCategory, trackStock } = product;
    const isReverse = isSubcontracted && !trackStock;
    const thousandths = trackStock ? 1000 * dice.between(1, 12) : 500 * dice.between(1, 40);
    const line = {
      productId: product.id,
      sku,
      description: product.name,
      unit,
      quantity: String(thousandths / 1000),
      unitPrice,
      discountBp: dice.chance(0.1) ? dice.pick([500, 1000]) : 0,
      ...(isReverse ? REVERSE_CHARGE : { vatRateBp, vatCategory }),
      netMinor: 0,
    };
    return { line, index, thousandths, trackStock };
  });
}

type Issued = { readonly day: number; readonly dueDays: number };

function fateOf(dice: Random, issued: Issued, isLast: boolean): Fate {
  const share = dice.next();
  const none = { isDraft: isLast, isVoid: false, isGivenUp: false, paid: [], credited: undefined };
  if (isLast) return none;
  if (share < 0.005) return { ...none, isVoid: true };
  const creditDay = issued.day + dice.between(1, 30);
  const isCredited = share < 0.02 && creditDay < DAYS;
  const credited = isCredited ? { day: creditDay, isWhole: dice.chance(0.5) } : undefined;
  const paid = paymentsIn(dice, issued);
  const isGivenUp = paid.length === 0 && !isCredited && DAYS - issued.day > 730;
  return { ...none, isGivenUp, paid, credited };
}

/** Mostly once and near the day on which it is due; seldom in parts, or never. */
function paymentsIn(dice: Random, { day, dueDays }: Issued): Fate['paid'] {
  const payDay = day + dice.between(Math.max(2, dueDays - 20), dueDays + 25);
  const manner = dice.next();
  if (manner < 0.03 || payDay >= DAYS) return [];
  if (manner < 0.06) return [{ day: payDay, share: 0.4 }];
  const first = manner < 0.14 && payDay > day + 5 ? [{ day: payDay - 5, share: 0.5 }] : [];
  return [...first, { day: payDay, share: 1 }];
}
