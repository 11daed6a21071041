import type { FieldError } from 'platform/contract';
import { conflict, invalid } from 'platform/problem';

import type { ReservationLine } from './contract.ts';
import { plain, quantityOf, thousandths } from './quantity.ts';

/** What is asked for of one product, on however many lines. */
export type Demand = {
  readonly productId: string;
  readonly quantity: string;
  /** Where it was asked for, for problems to point to. */
  readonly lines: readonly number[];
};

/** What changes about one product's stock, as signed quantities. */
export type StockChange = {
  readonly productId: string;
  readonly onHand: string;
  readonly reserved: string;
};

/** What there is of one product. */
export type Stock = {
  readonly id: string;
  readonly trackStock: boolean;
  readonly onHand: string;
  readonly reserved: string;
};

/** A line as it is kept; of one that is not tracked nothing is held. */
export type KeptLine = {
  readonly productId: string;
  readonly quantity: string;
  readonly tracked: boolean;
};

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
      reserved: quantityOf((toHold.get(productId) ?? 0n) - (held.get(productId) ?? 0n)),
      onHand: quantityOf(-(taken.get(productId) ?? 0n)),
    }))
    .filter(({ reserved, onHand }) => reserved !== '0.000' || onHand !== '0.000');
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
export function assertKnown(demand: readonly Demand[], stocks: readonly Stock[]): void {
  const known = new Set(stocks.map(({ id }) => id));
  const errors = demand
    .filter(({ productId }) => !known.has(productId))
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
  stocks: readonly Stock[],
  own: ReadonlyMap<string, bigint> = new Map(),
): FieldError[] {
  const stockOf = new Map(stocks.map((stock) => [stock.id, stock]));
  return demand.flatMap(({ productId, quantity, lines }) => {
    const stock = stockOf.get(productId);
    if (!stock?.trackStock) return [];
    const available =
      thousandths(stock.onHand) - thousandths(stock.reserved) + (own.get(productId) ?? 0n);
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
