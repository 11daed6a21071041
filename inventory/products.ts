import { invalid } from 'platform/problem';

import type { NewProduct } from './product-contract.ts';
import { thousandths } from './quantity.ts';

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
