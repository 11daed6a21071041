import type { FieldError } from 'platform/contract';
import { conflict, invalid } from 'platform/problem';

import { plain, thousandths } from './quantity.ts';
import type { Demand } from './reservations.ts';
import type { Stocks } from './stock-changes.ts';

/** Throws 422 when one is named twice: two outcomes of one would contradict each other. */
export function assertDistinct(reservations: readonly { readonly id: string }[]): void {
  const ids = reservations.map(({ id }) => id);
  const errors = ids.flatMap((id, index) =>
    ids.indexOf(id) === index
      ? []
      : [{ pointer: `/reservations/${index}/id`, code: 'twice', detail: 'It is named twice' }],
  );
  if (errors.length > 0) invalid(errors);
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

/** Throws 409, with an entry per line, when less is available than asked for; see `shortages`. */
export function assertInStock(...asked: Parameters<typeof shortages>): void {
  const errors = shortages(...asked);
  if (errors.length === 0) return;
  conflict('stock-short', 'There is not enough in stock', {
    detail: errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '),
    errors,
  });
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
