import { invalid } from 'platform/problem';

import type {
  NewProduct,
  Product,
  ProductInput,
  ProductPatch,
  ProductValues,
} from './product-contract.ts';
import { thousandths } from './quantity.ts';
import { categoryOfRate, fitsRate, misfit } from './vat-category.ts';

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

/** The input with the VAT category that it leaves out; throws 422 for one that its rate does not fit. */
export function completed<T extends ProductInput>(input: T): T & ProductValues {
  const { vatCategory = categoryOfRate(input.vatRateBp), vatRateBp } = input;
  if (!fitsRate(vatCategory, vatRateBp)) invalid([misfit('/vatCategory', vatCategory)]);
  return { ...input, vatCategory };
}

/**
 * The product as a PATCH wants it. With a new rate alone it keeps its category where that fits, and
 * else gets the one of the rate; throws 422 for a category that the rate does not fit.
 */
export function patched(current: Product, patch: ProductPatch): ProductValues {
  const next = { ...current, ...patch };
  const kept = fitsRate(current.vatCategory, next.vatRateBp) ? current.vatCategory : undefined;
  return completed({ ...next, vatCategory: patch.vatCategory ?? kept });
}
