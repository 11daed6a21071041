import { type NewProduct, type Product, ProductInput } from 'inventory/contract';

/** What the form starts with: the product as it is, or a blank one. */
export function inputOf(product: Product | undefined): NewProduct {
  if (product === undefined) return EMPTY;
  const { sku, name, unit, unitPrice, currency, vatRateBp, trackStock, lowStockThreshold } =
    product;
  return {
    ...EMPTY,
    sku,
    name,
    unit,
    unitPrice,
    currency,
    vatRateBp,
    trackStock,
    lowStockThreshold,
  };
}

/** What of the form changes a product; its stock moves elsewhere. */
export function changeOf(input: NewProduct): ProductInput {
  const { initialQuantity: _, ...fields } = input;
  return ProductInput.parse(fields);
}

const EMPTY: NewProduct = {
  sku: '',
  name: '',
  unit: '',
  unitPrice: '0',
  currency: 'EUR',
  vatRateBp: 2000,
  trackStock: true,
  lowStockThreshold: '0',
  initialQuantity: '0',
};
