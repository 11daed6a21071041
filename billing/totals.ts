import { spread, sum } from './apportion.ts';
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
  /** Before the discount of the invoice. */
  readonly lines: { readonly netMinor: number }[];
  readonly totals: {
    /** What the lines come to, less `discountMinor`. */
    readonly netMinor: number;
    /** The discount of the invoice as a whole, without VAT. */
    readonly discountMinor: number;
    /** One group per rate, lowest rate first. */
    readonly vat: VatGroup[];
    readonly vatMinor: number;
    readonly grossMinor: number;
  };
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
 * discount of the invoice is spread over its VAT rates by largest remainder, VAT is computed once
 * per rate, and every total is the exact sum of its parts (BR-CO-10, 13, 14, 15). Halves are rounded
 * away from zero. Where prices include VAT it is backed out once per rate, so that the invoice comes
 * to exactly what the prices say.
 *
 * Throws a `RangeError` for a quantity or price that is no decimal, and for amounts beyond
 * `Number.MAX_SAFE_INTEGER` minor units, which JSON could not carry exactly.
 */
export function computeTotals(invoice: Computable): ComputedTotals {
  const amounts = amountsOf(invoice);
  return totalsOf(invoice, amounts, discounted(invoice, amounts));
}

/**
 * What a part of an invoice comes to: so much of each of its lines, in their order. Each rate bears
 * the discount that it bears in the whole, in proportion: more of one rate changes nothing of
 * another, and the whole comes to what `computeTotals` says.
 */
export function computePart(invoice: Computable, quantities: readonly string[]): ComputedTotals {
  const lines = invoice.lines.map((line, index) => ({
    ...line,
    quantity: quantities[index] ?? '0',
  }));
  const part = { ...invoice, lines };
  const amounts = amountsOf(part);
  const whole = new Map(
    discounted(invoice, amountsOf(invoice)).map((group) => [group.rateBp, group]),
  );
  const groups = groupsOf(lines, amounts).map(({ rateBp, amount }) => {
    const { amount: all, discount } = whole.get(rateBp) ?? { amount: 0n, discount: 0n };
    return {
      rateBp,
      amount,
      discount: all === 0n ? 0n : divideRounded(discount * amount, all),
    };
  });
  return totalsOf(part, amounts, groups);
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
        vatRateBp: group.rateBp,
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
const BASIS_POINTS = 10_000n;

/** The lines of one rate, as their prices are: with VAT or without. */
type Group = { readonly rateBp: number; readonly amount: bigint };
/** With what it bears of the discount of the invoice. */
type Discounted = Group & { readonly discount: bigint };
/** `linesNet` is `base` before the discount of the invoice. */
type Settled = {
  readonly rateBp: number;
  readonly linesNet: bigint;
  readonly base: bigint;
  readonly vat: bigint;
};

/** The rounded amount less its rounded discount, so that the two printed amounts add up to it. */
function lineAmount(line: AmountLine, exponent: number): bigint {
  const product = scaled(line.quantity, QUANTITY_SCALE) * scaled(line.unitPrice, PRICE_SCALE);
  const gross = divideRounded(
    product * 10n ** BigInt(exponent),
    10n ** BigInt(QUANTITY_SCALE + PRICE_SCALE),
  );
  return gross - shareOf(gross, line.discountBp);
}

const shareOf = (amount: bigint, rateBp: number): bigint =>
  divideRounded(amount * BigInt(rateBp), BASIS_POINTS);

function groupsOf(lines: readonly AmountLine[], amounts: readonly bigint[]): Group[] {
  const byRate = new Map<number, bigint>();
  lines.forEach(({ vatRateBp }, index) => {
    byRate.set(vatRateBp, (byRate.get(vatRateBp) ?? 0n) + (amounts[index] ?? 0n));
  });
  return [...byRate].toSorted(([a], [b]) => a - b).map(([rateBp, amount]) => ({ rateBp, amount }));
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

/** VAT on top. */
function charged({ rateBp, amount, discount }: Discounted): Settled {
  const base = amount - discount;
  return { rateBp, linesNet: amount, base, vat: shareOf(base, rateBp) };
}

/** VAT out of the amount; both together are what the prices say. */
function backedOut({ rateBp, amount, discount }: Discounted): Settled {
  const without = (gross: bigint) =>
    divideRounded(gross * BASIS_POINTS, BASIS_POINTS + BigInt(rateBp));
  const base = without(amount - discount);
  return { rateBp, linesNet: without(amount), base, vat: amount - discount - base };
}

/** The net of each line where prices include VAT: what its rate comes to, spread over its lines. */
function netLines(
  lines: readonly AmountLine[],
  amounts: readonly bigint[],
  groups: readonly Settled[],
): bigint[] {
  const nets = Array.from(lines, () => 0n);
  for (const { rateBp, linesNet } of groups) {
    const members = lines.flatMap(({ vatRateBp }, index) => (vatRateBp === rateBp ? [index] : []));
    const parts = spread(
      linesNet,
      members.map((index) => amounts[index] ?? 0n),
    );
    members.forEach((index, place) => {
      nets[index] = parts[place] ?? 0n;
    });
  }
  return nets;
}

function safe(minor: bigint): number {
  const amount = Number(minor);
  if (Number.isSafeInteger(amount)) return amount;
  throw new RangeError('Cannot compute the totals: an amount is too large');
}
