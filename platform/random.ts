/** Numbers that look random and are the same for the same seed, on every machine. */
export type Random = {
  /** From 0 up to, but not, 1. */
  readonly next: () => number;
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  readonly pick: <L extends readonly [unknown, ...unknown[]]>(list: L) => L[number];
  /** True so often, of 1. */
  readonly chance: (share: number) => boolean;
  /** A UUIDv7 of that moment. */
  readonly uuid: (atMs: number) => string;
};

/** A stream of its own for each path, such as `random(7, 'customer', 12)`. */
export function random(...path: readonly (string | number)[]): Random {
  const hash = BigInt.asUintN(64, Bun.hash.wyhash(path.join('/')));
  // Sfc32, by Chris Doty-Humphrey (public domain).
  let a = Number(hash & 0xffff_ffffn) | 0;
  let b = Number(hash >> 32n) | 0;
  let c = 0;
  let counter = 1;
  const next32 = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next32();
  const next = () => next32() / 2 ** 32;
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const hex = () => next32().toString(16).padStart(8, '0');
  return {
    next,
    between,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    chance: (share) => next() < share,
    uuid(atMs) {
      const time = atMs.toString(16).padStart(12, '0');
      const [first, second, third] = [hex(), hex(), hex()];
      const variant = '89ab'.charAt(between(0, 3));
      return `${time.slice(0, 8)}-${time.slice(8)}-7${first.slice(0, 3)}-${variant}${first.slice(3, 6)}-${second}${third.slice(0, 4)}`;
    },
  };
}
