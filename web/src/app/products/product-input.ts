import type { NewProduct, Product } from 'inventory/contract';

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
