import { fitsRate, type VatCategory } from 'inventory/vat-category';

import type { LineInput } from './invoice-contract.ts';
import type { VatKind } from './vat-groups.ts';

/**
 * The VAT of a line: what it says itself, and else what its product has. A rate that the product's
 * category does not fit brings its own, `untaxed` at 0, and so does a product's `Z`, which most have
 * because nobody said why they bear none; a category that bears no VAT brings its rate. The two may not fit where a line says both, or `S` of a product that is not taxed.
 */
export function lineVat(
  said: Pick<LineInput, 'vatCategory' | 'vatRateBp'>,
  product: VatKind,
  untaxed: VatCategory,
): VatKind {
  const { vatCategory } = said;
  if (vatCategory !== undefined) {
    const own = vatCategory === 'S' ? product.vatRateBp : 0;
    return { vatCategory, vatRateBp: said.vatRateBp ?? own };
  }
  const vatRateBp = said.vatRateBp ?? product.vatRateBp;
  const { vatCategory: kind } = product;
  if (kind !== 'Z' && fitsRate(kind, vatRateBp)) return { vatCategory: kind, vatRateBp };
  return { vatCategory: vatRateBp > 0 ? 'S' : untaxed, vatRateBp };
}
