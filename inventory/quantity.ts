/** A quantity as a whole number of thousandths, in which sums and differences are exact. */
export function thousandths(quantity: string): bigint {
  if (!QUANTITY.test(quantity)) throw new RangeError(`Cannot read '${quantity}' as a quantity`);
  const point = quantity.indexOf('.');
  if (point === -1) return BigInt(`${quantity}000`);
  return BigInt(quantity.slice(0, point) + quantity.slice(point + 1).padEnd(3, '0'));
}

const QUANTITY = /^-?\d+(\.\d{1,3})?$/;

/** The quantity as it is sent and kept, with its three decimals: `"1.500"`. */
export function quantityOf(value: bigint): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = String(magnitude % 1000n).padStart(3, '0');
  return `${value < 0n ? '-' : ''}${magnitude / 1000n}.${fraction}`;
}

/** The quantity as people write it, without zeros at its end: `1.5`. */
export function plain(value: bigint): string {
  return quantityOf(value).replace(/\.?0+$/, '');
}
