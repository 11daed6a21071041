/**
 * A decimal string as an integer count of `10^-scale`: `scaled('1.5', 3)` is `1500n`. Throws a
 * `RangeError` for what is no decimal, or has more decimals than the scale holds.
 */
export function scaled(decimal: string, scale: number): bigint {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (whole === '' || fraction.length > scale) {
    throw new RangeError(`Cannot read '${decimal}' as a decimal with ${scale} places`);
  }
  const magnitude = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** The other way round: `decimalOf(1500n, 3)` is `'1.500'`; for what is not negative. */
export function decimalOf(count: bigint, scale: number): string {
  const digits = String(count).padStart(scale + 1, '0');
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** `numerator / denominator` to the nearest integer, halves away from zero; `denominator` is positive. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return numerator < 0n ? -rounded : rounded;
}

/** How many there are in the whole. */
export const BASIS_POINTS = 10_000n;

/** So many basis points of an amount, rounded. */
export const shareOf = (amount: bigint, rateBp: number): bigint =>
  divideRounded(amount * BigInt(rateBp), BASIS_POINTS);
