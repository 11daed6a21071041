import { invalid } from 'platform/problem';

import type { NewProduct, Product, ProductInput, ProductPatch } from './contract.ts';
import { thousandths } from './quantity.ts';

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
