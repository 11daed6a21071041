import { currencyExponent } from 'platform/currency';

import { spread, sum } from './apportion.ts';
import { divideRounded, scaled, shareOf } from './decimal.ts';
import {
  backedOut,
  charged,
  type Discounted,
  groupsOf,
  netLines,
  vatKey,
  type VatKind,
} from './vat-groups.ts';

/** One line as far as its amount goes; prices are without VAT. */
export type AmountLine = VatKind & {
  /** At most 3 decimals, `"1.500"`. */
  readonly quantity: string;
  /** At most 6 decimals, `"12.345678"`. */
  readonly unitPrice: string;
  readonly discountBp: number;
};

/** The VAT of one category and rate: `baseMinor` is what their lines come to without it. */
export type VatGroup = VatKind & {
  readonly baseMinor: number;
  readonly vatMinor: number;
};

/** All amounts in minor units: cents for EUR, whole yen for JPY. */
export type ComputedTotals = {
  /** Before the discount of the invoice. */
  readonly lines: { readonly netMinor: number }[];
  readonly totals: {
    /** What the lines come to, less `discountMinor`. */
    readonly netMinor: number;
    /** The discount of the invoice as a whole, without VAT. */
    readonly discountMinor: number;
    /** One group per category and rate: lowest rate first, then as in `VAT_CATEGORIES`. */
    readonly vat: VatGroup[];
    readonly vatMinor: number;
    readonly grossMinor: number;
  };
};

/** What a part of an invoice comes to. */
export type ComputedPart = ComputedTotals & {
  /** Of each line, as its price is: with VAT or without. */
  readonly amounts: readonly bigint[];
};

/** What an invoice comes to is computed from this. */
export type Computable = {
  readonly currency: string;
  readonly lines: readonly AmountLine[];
  /** Of the invoice as a whole, after the discounts of its lines. */
  readonly discountBp?: number | undefined;
  readonly pricesIncludeVat?: boolean | undefined;
};

/**
 * What an invoice comes to, by the rules of EN 16931: each line is rounded before it is summed, the
 * discount of the invoice is spread over its VAT groups by largest remainder, VAT is computed once
 * per category and rate, and every total is the exact sum of its parts (BR-CO-10, 13, 14, 15). Halves
 * are rounded away from zero. Where prices include VAT it is backed out once per group, so that the
 * invoice comes to exactly what the prices say.
 *
 * Throws a `RangeError` for a quantity or price that is no decimal, and for amounts beyond
 * `Number.MAX_SAFE_INTEGER` minor units, which JSON could not carry exactly.
 */
export function computeTotals(invoice: Computable): ComputedTotals {
  const amounts = amountsOf(invoice);
  return totalsOf(invoice, amounts, discounted(invoice, amounts));
}

/**
 * What a part of an invoice comes to: so much of each of its lines, in their order. Each VAT group
 * bears the discount that it bears in the whole, in proportion: more of one group changes nothing of
 * another, and the whole comes to what `computeTotals` says.
 */
export function computePart(invoice: Computable, quantities: readonly string[]): ComputedPart {
  const lines = invoice.lines.map((line, index) => ({
    ...line,
    quantity: quantities[index] ?? '0',
  }));
  const part = { ...invoice, lines };
  const amounts = amountsOf(part);
  const whole = new Map(
    discounted(invoice, amountsOf(invoice)).map((group) => [vatKey(group), group]),
  );
  const groups = groupsOf(lines, amounts).map((group) => {
    const { amount: all, discount } = whole.get(vatKey(group)) ?? { amount: 0n, discount: 0n };
    return {
      ...group,
      discount: all === 0n ? 0n : divideRounded(discount * group.amount, all),
    };
  });
  return { ...totalsOf(part, amounts, groups), amounts };
}

function totalsOf(
  { lines, pricesIncludeVat = false }: Computable,
  amounts: readonly bigint[],
  groups: readonly Discounted[],
): ComputedTotals {
  const settled = groups.map(pricesIncludeVat ? backedOut : charged);
  const nets = pricesIncludeVat ? netLines(lines, amounts, settled) : amounts;
  const net = sum(settled.map(({ base }) => base));
  const vat = sum(settled.map((group) => group.vat));
  return {
    lines: nets.map((minor) => ({ netMinor: safe(minor) })),
    totals: {
      netMinor: safe(net),
      discountMinor: safe(sum(nets) - net),
      vat: settled.map((group) => ({
        vatCategory: group.vatCategory,
        vatRateBp: group.vatRateBp,
        baseMinor: safe(group.base),
        vatMinor: safe(group.vat),
      })),
      vatMinor: safe(vat),
      grossMinor: safe(net + vat),
    },
  };
}

const QUANTITY_SCALE = 3;
const PRICE_SCALE = 6;

/** The rounded amount less its rounded discount, so that the two printed amounts add up to it. */
function lineAmount(line: AmountLine, exponent: number): bigint {
  const product = scaled(line.quantity, QUANTITY_SCALE) * scaled(line.unitPrice, PRICE_SCALE);
  const gross = divideRounded(
    product * 10n ** BigInt(exponent),
    10n ** BigInt(QUANTITY_SCALE + PRICE_SCALE),
  );
  return gross - shareOf(gross, line.discountBp);
}

function amountsOf({ currency, lines }: Computable): bigint[] {
  const exponent = currencyExponent(currency);
  return lines.map((line) => lineAmount(line, exponent));
}

function discounted(
  { lines, discountBp = 0 }: Computable,
  amounts: readonly bigint[],
): Discounted[] {
  const groups = groupsOf(lines, amounts);
  const shares = spread(
    shareOf(sum(amounts), discountBp),
    groups.map(({ amount }) => amount),
  );
  return groups.map((group, index) => ({ ...group, discount: shares[index] ?? 0n }));
}

function safe(minor: bigint): number {
  const amount = Number(minor);
  if (Number.isSafeInteger(amount)) return amount;
  throw new RangeError('Cannot compute the totals: an amount is too large');
}
