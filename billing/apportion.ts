/**
 * An amount in parts that are in proportion to the weights and add up to it: each gets what it comes
 * to, rounded down, and what is over goes, one unit each, to those that lost most by that.
 */
export function spread(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = sum(weights);
  if (whole === 0n) return weights.map(() => 0n);
  const parts = weights.map((weight) => (amount * weight) / whole);
  const lost = weights.map((weight, index) => amount * weight - (parts[index] ?? 0n) * whole);
  const over = Number(amount - sum(parts));
  const order = [...weights.keys()].toSorted((a, b) => compare(lost[b] ?? 0n, lost[a] ?? 0n));
  for (const index of order.slice(0, over)) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}

export const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

const compare = (a: bigint, b: bigint): number => (a === b ? 0 : a < b ? -1 : 1);
