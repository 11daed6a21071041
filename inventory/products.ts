import { conflict, invalid } from 'platform/problem';

import type { NewMovement, NewProduct, Product, ProductInput, ProductPatch } from './contract.ts';
import { plain, quantityOf, thousandths } from './quantity.ts';

/** The fields that a person fills in, of a record that has more. */
export function inputOf(product: ProductInput): ProductInput {
  const { sku, name, unit, unitPrice, currency, vatRateBp, trackStock, lowStockThreshold } =
    product;
  return { sku, name, unit, unitPrice, currency, vatRateBp, trackStock, lowStockThreshold };
}

/** What a product is after a patch: the fields that it names are replaced, the others stay. */
export function patched(product: ProductInput, patch: ProductPatch): ProductInput {
  return { ...inputOf(product), ...patch };
}

export const isArchived = ({ archivedAt }: Product): boolean => archivedAt != null;

/** Throws 422 when a product that has no stock is to start with some. */
export function assertStockable({ trackStock, initialQuantity }: NewProduct): void {
  if (trackStock || thousandths(initialQuantity) === 0n) return;
  invalid([
    {
      pointer: '/initialQuantity',
      code: 'not_tracked',
      detail: 'A product whose stock is not tracked cannot start with some',
    },
  ]);
}

type Stock = { readonly trackStock: boolean; readonly onHand: string; readonly reserved: string };

/**
 * What is on hand after a movement. Throws 422 when the reason does not go with the direction, 409
 * when the product has no stock, when less than what is reserved would stay, or too much to count.
 */
export function balanceAfter(stock: Stock, { delta, reason }: NewMovement): string {
  const change = thousandths(delta);
  if (change < 0n && (reason === 'receipt' || reason === 'return')) {
    invalid([{ pointer: '/delta', code: 'too_small', detail: `A ${reason} adds to the stock` }]);
  }
  if (!stock.trackStock) {
    conflict('stock-not-tracked', 'This product has no stock', {
      detail: 'Its stock is not tracked, as that of a service',
    });
  }
  const available = thousandths(stock.onHand) - thousandths(stock.reserved);
  const balance = thousandths(stock.onHand) + change;
  if (available + change < 0n) {
    const detail = `${plain(available)} available, ${plain(-change)} asked for`;
    refuse('stock-short', 'There is not enough in stock', { code: 'stock_short', detail });
  }
  if (balance > MOST) {
    const detail = `At most ${plain(MOST)} can be on hand`;
    refuse('stock-too-large', 'There would be too much in stock', { code: 'too_big', detail });
  }
  return quantityOf(balance);
}

/** The most that a quantity of the contract can say. */
const MOST = thousandths('999999999.999');

function refuse(type: string, title: string, entry: { code: string; detail: string }): never {
  conflict(type, title, { detail: entry.detail, errors: [{ pointer: '/delta', ...entry }] });
}
