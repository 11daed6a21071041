import { vatKey, type VatKind } from 'billing/vat-groups';
import { VAT_CATEGORIES, VatCategory } from 'inventory/vat-category';

import type { Formats } from '../i18n/formats.ts';

/** A VAT as one field of a form holds it: `S 2000`, `AE 0`. */
export const vatCode = vatKey;

/** The VAT that a field holds. */
export function vatOf(code: string): VatKind {
  const [category, rate] = code.split(' ');
  return { vatCategory: VatCategory.parse(category), vatRateBp: Number(rate) };
}

/** The order in which people read VAT: highest rate first, then why there is none. */
export const highestFirst = (a: VatKind, b: VatKind): number =>
  b.vatRateBp - a.vatRateBp ||
  VAT_CATEGORIES.indexOf(a.vatCategory) - VAT_CATEGORIES.indexOf(b.vatCategory);

/** The VAT of a product where the company sells it: its plain 0 % is exempt where that is not offered. */
export const soldWith = (
  { vatCategory, vatRateBp }: VatKind,
  offered: readonly VatKind[],
): VatKind =>
  vatCategory === 'Z' && !offered.some((kind) => kind.vatCategory === 'Z')
    ? { vatCategory: 'E', vatRateBp }
    : { vatCategory, vatRateBp };

/** What a field offers; what it holds is among it. */
export function vatChoices(offered: readonly VatKind[], chosen: string, formats: Formats) {
  const own = chosen === '' ? [] : [vatOf(chosen)];
  const kinds = new Map([...offered, ...own].map((kind) => [vatCode(kind), kind]));
  return [...kinds]
    .toSorted(([, a], [, b]) => highestFirst(a, b))
    .map(([code, kind]) => ({ code, name: formats.vat(kind) }));
}
