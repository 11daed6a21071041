import type { Product } from 'inventory/contract';
import { fitsRate, misfit, type VatCategory } from 'inventory/vat-category';
import type { FieldError } from 'platform/contract';

import { decimalOf, divideRounded, scaled } from './decimal.ts';
import type { LineInput } from './invoice-contract.ts';
import type { DraftLine } from './invoices.ts';
import { lineVat } from './line-vat.ts';

/** What of an invoice its lines depend on. */
export type LineTerms = {
  readonly currency: string | undefined;
  readonly pricesIncludeVat: boolean | undefined;
  /** The category of what bears no VAT, where nothing else says it. */
  readonly untaxed: VatCategory;
};

/** The line with what it leaves out taken from its product, and what is wrong with it at a pointer. */
export function draftLine(
  said: LineInput,
  product: Product,
  terms: LineTerms,
  pointer: string,
): { readonly line: DraftLine; readonly errors: readonly FieldError[] } {
  const vat = lineVat(said, product, terms.untaxed);
  const own = terms.pricesIncludeVat
    ? withVat(product.unitPrice, vat.vatRateBp)
    : product.unitPrice;
  const line = {
    productId: said.productId,
    sku: product.sku,
    description: said.description ?? product.name,
    unit: product.unit,
    quantity: said.quantity,
    unitPrice: said.unitPrice ?? own,
    discountBp: said.discountBp,
    ...vat,
  };
  const isMisfit = !fitsRate(vat.vatCategory, vat.vatRateBp);
  return {
    line,
    errors: [
      ...(said.unitPrice === undefined ? otherCurrency(product, terms, pointer) : []),
      ...(isMisfit ? [misfit(`${pointer}/vatCategory`, vat.vatCategory)] : []),
    ],
  };
}

function otherCurrency(
  { sku, currency: own }: Product,
  { currency }: LineTerms,
  pointer: string,
): FieldError[] {
  if (currency === undefined || currency === own) return [];
  const detail = `'${sku}' has its price in ${own}: say what it is in ${currency}`;
  return [{ pointer: `${pointer}/unitPrice`, code: 'other_currency', detail }];
}

/** A product's price is without VAT. */
function withVat(unitPrice: string, vatRateBp: number): string {
  const price = divideRounded(scaled(unitPrice, 6) * BigInt(10_000 + vatRateBp), 10_000n);
  return decimalOf(price, 6);
}
