import { NewProduct, type Product, ProductInput } from 'inventory/contract';
import * as z from 'zod';

import { vatCode, vatOf } from '../settings/vat-choices.ts';

/** A product as the form holds it: its VAT is one choice. */
export const ProductDraft = NewProduct.omit({ vatRateBp: true, vatCategory: true }).extend({
  vat: z.string(),
});
export type ProductDraft = z.output<typeof ProductDraft>;

/** What the form starts with: the product as it is, or a blank one. */
export function draftOf(product: Product | undefined): ProductDraft {
  if (product === undefined) return EMPTY;
  const { sku, name, unit, unitPrice, currency, trackStock, lowStockThreshold } = product;
  return {
    ...EMPTY,
    sku,
    name,
    unit,
    unitPrice,
    currency,
    vat: vatCode(product),
    trackStock,
    lowStockThreshold,
  };
}

/** The product that is made of it. */
export function inputOf({ vat, ...fields }: ProductDraft): NewProduct {
  return NewProduct.parse({ ...fields, ...vatOf(vat) });
}

/** What of it changes a product; its stock moves elsewhere. */
export function changeOf(draft: ProductDraft): ProductInput {
  const { initialQuantity: _, ...fields } = inputOf(draft);
  return ProductInput.parse(fields);
}

const EMPTY: ProductDraft = {
  sku: '',
  name: '',
  unit: '',
  unitPrice: '0',
  currency: 'EUR',
  vat: 'S 2000',
  trackStock: true,
  lowStockThreshold: '0',
  initialQuantity: '0',
};
