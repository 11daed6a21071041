import { currencyExponent } from './currency.ts';
import { divideRounded, scaled } from './decimal.ts';

/** One line as far as its amount goes; prices are without VAT. */
export type AmountLine = {
  /** At most 3 decimals, `"1.500"`. */
  readonly quantity: string;
  /** At most 6 decimals, `"12.345678"`. */
  readonly unitPrice: string;
  readonly discountBp: number;
  readonly vatRateBp: number;
};

/** The VAT of one rate: `baseMinor` is what the lines of that rate come to without it. */
export type VatGroup = {
  readonly vatRateBp: number;
  readonly baseMinor: number;
  readonly vatMinor: number;
};

/** All amounts in minor units: cents for EUR, whole yen for JPY. */
export type ComputedTotals = {
  readonly lines: { readonly netMinor: number }[];
  readonly totals: {
    readonly netMinor: number;
    /** One group per rate, lowest rate first. */
    readonly vat: VatGroup[];
    readonly vatMinor: number;
    readonly grossMinor: number;
  };
};

/**
 * What an invoice comes to, by the rules of EN 16931: each line is rounded before it is summed, VAT
 * is computed once per rate on the sum of its lines, and every total is the exact sum of its parts
 * (BR-CO-10, 13, 14, 15). Halves are rounded away from zero.
 *
 * Throws a `RangeError` for a quantity or price that is no decimal, and for amounts beyond
 * `Number.MAX_SAFE_INTEGER` minor units, which JSON could not carry exactly.
 */
export function computeTotals(invoice: {
  readonly currency: string;
  readonly lines: readonly AmountLine[];
}): ComputedTotals {
  const exponent = currencyExponent(invoice.currency);
  const nets = invoice.lines.map((line) => lineNet(line, exponent));
  const bases = sumByRate(invoice.lines, nets);
  const vat = [...bases]
    .toSorted(([a], [b]) => a - b)
    .map(([vatRateBp, base]) => ({ vatRateBp, base, vat: shareOf(base, vatRateBp) }));
  const net = sum(nets);
  const vatTotal = sum(vat.map((group) => group.vat));
  return {
    lines: nets.map((minor) => ({ netMinor: safe(minor) })),
    totals: {
      netMinor: safe(net),
      vat: vat.map((group) => ({
        vatRateBp: group.vatRateBp,
        baseMinor: safe(group.base),
        vatMinor: safe(group.vat),
      })),
      vatMinor: safe(vatTotal),
      grossMinor: safe(net + vatTotal),
    },
  };
}

const QUANTITY_SCALE = 3;
const PRICE_SCALE = 6;
const BASIS_POINTS = 10_000n;

/** The rounded amount less its rounded discount, so that the two printed amounts add up to it. */
function lineNet(line: AmountLine, exponent: number): bigint {
  const product = scaled(line.quantity, QUANTITY_SCALE) * scaled(line.unitPrice, PRICE_SCALE);
  const gross = divideRounded(
    product * 10n ** BigInt(exponent),
    10n ** BigInt(QUANTITY_SCALE + PRICE_SCALE),
  );
  return gross - shareOf(gross, line.discountBp);
}

const shareOf = (amount: bigint, rateBp: number): bigint =>
  divideRounded(amount * BigInt(rateBp), BASIS_POINTS);

function sumByRate(lines: readonly AmountLine[], nets: readonly bigint[]): Map<number, bigint> {
  const bases = new Map<number, bigint>();
  lines.forEach(({ vatRateBp }, index) => {
    bases.set(vatRateBp, (bases.get(vatRateBp) ?? 0n) + (nets[index] ?? 0n));
  });
  return bases;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

function safe(minor: bigint): number {
  const amount = Number(minor);
  if (Number.isSafeInteger(amount)) return amount;
  throw new RangeError('Cannot compute the totals: an amount is too large');
}
