import { VAT_CATEGORIES, type VatCategory } from 'inventory/vat-category';

import { spread } from './apportion.ts';
import { BASIS_POINTS, divideRounded, shareOf } from './decimal.ts';

/** By what lines are grouped for their VAT. */
export type VatKind = { readonly vatCategory: VatCategory; readonly vatRateBp: number };

/** The lines of one category and rate, as their prices are: with VAT or without. */
type Group = VatKind & { readonly amount: bigint };
/** With what it bears of the discount of the invoice. */
export type Discounted = Group & { readonly discount: bigint };
/** `linesNet` is `base` before the discount of the invoice. */
export type Settled = VatKind & {
  readonly linesNet: bigint;
  readonly base: bigint;
  readonly vat: bigint;
};

/** The same for lines, or groups, of one VAT group. */
export const vatKey = ({ vatCategory, vatRateBp }: VatKind): string =>
  `${vatCategory} ${vatRateBp}`;

/** The lines summed by category and rate: lowest rate first, then as in `VAT_CATEGORIES`. */
export function groupsOf(lines: readonly VatKind[], amounts: readonly bigint[]): Group[] {
  const groups = new Map<string, Group>();
  lines.forEach(({ vatCategory, vatRateBp }, index) => {
    const key = vatKey({ vatCategory, vatRateBp });
    const amount = (groups.get(key)?.amount ?? 0n) + (amounts[index] ?? 0n);
    groups.set(key, { vatCategory, vatRateBp, amount });
  });
  return [...groups.values()].toSorted(byRate);
}

const byRate = (a: VatKind, b: VatKind): number =>
  a.vatRateBp - b.vatRateBp ||
  VAT_CATEGORIES.indexOf(a.vatCategory) - VAT_CATEGORIES.indexOf(b.vatCategory);

/** VAT on top. */
export function charged({ amount, discount, ...kind }: Discounted): Settled {
  const base = amount - discount;
  return { ...kind, linesNet: amount, base, vat: shareOf(base, kind.vatRateBp) };
}

/** VAT out of the amount; both together are what the prices say. */
export function backedOut({ amount, discount, ...kind }: Discounted): Settled {
  const without = (gross: bigint) =>
    divideRounded(gross * BASIS_POINTS, BASIS_POINTS + BigInt(kind.vatRateBp));
  const base = without(amount - discount);
  return { ...kind, linesNet: without(amount), base, vat: amount - discount - base };
}

/** The net of each line where prices include VAT: what its group comes to, spread over its lines. */
export function netLines(
  lines: readonly VatKind[],
  amounts: readonly bigint[],
  groups: readonly Settled[],
): bigint[] {
  const nets = Array.from(lines, () => 0n);
  for (const group of groups) {
    const key = vatKey(group);
    const members = lines.flatMap((line, index) => (vatKey(line) === key ? [index] : []));
    const parts = spread(
      group.linesNet,
      members.map((index) => amounts[index] ?? 0n),
    );
    members.forEach((index, place) => {
      nets[index] = parts[place] ?? 0n;
    });
  }
  return nets;
}
