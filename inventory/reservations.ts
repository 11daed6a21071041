import type { FieldError } from 'platform/contract';
import { conflict, invalid, ProblemError } from 'platform/problem';

import type { Reservation, ReservationLine } from './contract.ts';
import { plain, quantityOf, thousandths } from './quantity.ts';

/** What is asked for of one product, on however many lines. */
export type Demand = {
  readonly productId: string;
  readonly quantity: string;
  /** Where it was asked for, for problems to point to. */
  readonly lines: readonly number[];
};

/** What changes about one product's stock, in thousandths. */
export type StockChange = {
  readonly productId: string;
  readonly onHand: bigint;
  readonly reserved: bigint;
};

/** What there is of one product, in thousandths. */
export type Stock = {
  readonly id: string;
  readonly trackStock: boolean;
  readonly onHand: bigint;
  readonly reserved: bigint;
};

/** The same by product. */
export type Stocks = ReadonlyMap<string, Stock>;

/** What became of one of several: it stands by itself. */
export type Outcome<T> =
  { readonly value: T; readonly error?: undefined } | { readonly error: ProblemError };

/** A line as it is kept; of one that is not tracked nothing is held. */
export type KeptLine = {
  readonly productId: string;
  readonly quantity: string;
  readonly tracked: boolean;
};

/** Throws 422 when one is named twice: two outcomes of one would contradict each other. */
export function assertDistinct(reservations: readonly { readonly id: string }[]): void {
  const ids = reservations.map(({ id }) => id.toLowerCase());
  const errors = ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [{ pointer: `/reservations/${index}/id`, code: 'twice', detail: 'It is named twice' }],
  );
  if (errors.length > 0) invalid(errors);
}

/** The lines summed by product, in the order in which products appear first. */
export function demandOf(lines: readonly ReservationLine[]): Demand[] {
  const byProduct = Map.groupBy(lines.entries(), ([, { productId }]) => productId.toLowerCase());
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

/** How stock changes when what is held becomes something else, and some is taken off the shelf. */
export function changesBetween(
  held: ReadonlyMap<string, bigint>,
  toHold: ReadonlyMap<string, bigint>,
  taken: ReadonlyMap<string, bigint> = new Map(),
): StockChange[] {
  const productIds = new Set([...held.keys(), ...toHold.keys(), ...taken.keys()]);
  return [...productIds]
    .map((productId) => ({
      productId,
      reserved: (toHold.get(productId) ?? 0n) - (held.get(productId) ?? 0n),
      onHand: -(taken.get(productId) ?? 0n),
    }))
    .filter(({ reserved, onHand }) => reserved !== 0n || onHand !== 0n);
}

/** Makes the changes in what is known of the stock; what is not tracked has none to change. */
export function change(stocks: Map<string, Stock>, changes: readonly StockChange[]): void {
  for (const { productId, onHand, reserved } of changes) {
    const stock = stocks.get(productId);
    if (stock === undefined) continue;
    stocks.set(productId, {
      ...stock,
      onHand: stock.onHand + onHand,
      reserved: stock.reserved + reserved,
    });
  }
}

/** The changes as one of each product. */
export function summed(changes: readonly StockChange[]): StockChange[] {
  const sums = new Map<string, StockChange>();
  for (const change of changes) {
    const { onHand, reserved } = sums.get(change.productId) ?? NO_CHANGE;
    sums.set(change.productId, {
      productId: change.productId,
      onHand: onHand + change.onHand,
      reserved: reserved + change.reserved,
    });
  }
  return [...sums.values()];
}

const NO_CHANGE = { onHand: 0n, reserved: 0n };

/** What the work gives, or the problem that it threw. */
export function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof ProblemError) return { error };
    throw error;
  }
}

/** The value of an outcome; throws its problem. */
export function valueOf<T>(outcome: Outcome<T> | undefined): T {
  if (outcome === undefined) throw new Error('Cannot go on: there is no outcome');
  if (outcome.error) throw outcome.error;
  return outcome.value;
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

/** Throws 422, with an entry per line, when a product is asked for that does not exist. */
export function assertKnown(demand: readonly Demand[], stocks: Stocks): void {
  const errors = demand
    .filter(({ productId }) => !stocks.has(productId))
    .flatMap(({ productId, lines }) =>
      lines.map((line) => ({
        pointer: `/lines/${line}/productId`,
        code: 'unknown_product',
        detail: `No product has the id '${productId}'`,
      })),
    );
  if (errors.length > 0) invalid(errors);
}

/**
 * What is missing, as one entry per line of a product that is short. `own` is what the reservation
 * holds of each product already, which counts as available to it.
 */
export function shortages(
  demand: readonly Demand[],
  stocks: Stocks,
  own: ReadonlyMap<string, bigint> = new Map(),
): FieldError[] {
  return demand.flatMap(({ productId, quantity, lines }) => {
    const stock = stocks.get(productId);
    if (!stock?.trackStock) return [];
    const available = stock.onHand - stock.reserved + (own.get(productId) ?? 0n);
    const asked = thousandths(quantity);
    if (asked <= available) return [];
    const detail = `${plain(available)} available, ${plain(asked)} asked for`;
    return lines.map((line) => ({
      pointer: `/lines/${line}/quantity`,
      code: 'stock_short',
      detail,
    }));
  });
}

/** Throws 409 that says for each line what is missing. */
export function stockShort(errors: readonly FieldError[]): never {
  return conflict('stock-short', 'There is not enough in stock', {
    detail: errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
    errors,
  });
}

/** Of what is kept, what others see: only the lines that hold stock. */
export function shown(
  { id, status, expiresAt, version, createdAt, updatedAt }: Omit<Reservation, 'lines'>,
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
