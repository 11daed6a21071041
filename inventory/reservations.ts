import type { Outcome } from './outcome.ts';
import { quantityOf, thousandths } from './quantity.ts';
import type { Reservation, ReservationLine } from './reservation-contract.ts';

/** A line as it is kept; of one that is not tracked nothing is held. */
export type KeptLine = {
  readonly productId: string;
  readonly quantity: string;
  readonly tracked: boolean;
};

/** What is asked for of one product, on however many lines. */
export type Demand = {
  readonly productId: string;
  readonly quantity: string;
  /** Where it was asked for, for problems to point to. */
  readonly lines: readonly number[];
};

/** The lines summed by product, in the order in which products appear first. */
export function demandOf(lines: readonly ReservationLine[]): Demand[] {
  const byProduct = Map.groupBy(lines.entries(), ([, { productId }]) => productId);
  return [...byProduct].map(([productId, entries]) => ({
    productId,
    quantity: quantityOf(entries.reduce((sum, [, line]) => sum + thousandths(line.quantity), 0n)),
    lines: entries.map(([index]) => index),
  }));
}

/** What lines hold of each product, in thousandths. */
export function heldBy(lines: readonly KeptLine[]): ReadonlyMap<string, bigint> {
  return new Map(
    lines
      .filter(({ tracked }) => tracked)
      .map(({ productId, quantity }) => [productId, thousandths(quantity)]),
  );
}

/** Whether both ask for the same, in whatever order. */
export function isSameDemand(
  one: readonly Pick<Demand, 'productId' | 'quantity'>[],
  other: readonly Pick<Demand, 'productId' | 'quantity'>[],
): boolean {
  const quantities = new Map(one.map(({ productId, quantity }) => [productId, quantity]));
  return (
    one.length === other.length &&
    other.every(({ productId, quantity }) => quantities.get(productId) === quantity)
  );
}

/** A reservation as it is kept, without its lines. */
type KeptRow = Omit<Reservation, 'lines'>;

/** Of what is kept, what others see: only the lines that hold stock. */
export function shown(
  { id, status, expiresAt, version, createdAt, updatedAt }: KeptRow,
  lines: readonly KeptLine[],
): Reservation {
  return {
    id,
    status,
    expiresAt,
    version,
    createdAt,
    updatedAt,
    lines: lines
      .filter(({ tracked }) => tracked)
      .map(({ productId, quantity }) => ({ productId, quantity })),
  };
}

/** What others see of each that came to something, its row as it was changed since. */
export const shownAll = (
  outcomes: readonly Outcome<{ readonly row: KeptRow; readonly lines: readonly KeptLine[] }>[],
  changed: ReadonlyMap<string, KeptRow>,
): Outcome<Reservation>[] =>
  outcomes.map((outcome) => {
    if (outcome.error) return outcome;
    const { row, lines } = outcome.value;
    return { value: shown(changed.get(row.id) ?? row, lines) };
  });
