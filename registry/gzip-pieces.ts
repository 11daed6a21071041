import { constants, crc32, deflateRawSync } from 'node:zlib';

/**
 * A part of a text, compressed on its own and closed at a byte boundary, so that any sequence of
 * parts is one valid deflate stream. Unlike gzip members put one after another, which several
 * clients stop reading after the first, the result is a single member.
 */
export type Piece = {
  readonly deflated: Uint8Array;
  readonly crc: number;
  /** Of the text, in bytes. */
  readonly length: number;
};

export function piece(text: string): Piece {
  const bytes = Buffer.from(text);
  const deflated = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return { deflated, crc: crc32(bytes), length: bytes.length };
}

/** The gzip file (RFC 1952) of the pieces' texts in a row, without compressing anything anew. */
export function gzipOf(pieces: readonly Piece[]): Uint8Array<ArrayBuffer> {
  const size = pieces.reduce((sum, { deflated }) => sum + deflated.length, 0);
  const file = new Uint8Array(HEADER.length + size + END.length + 8);
  file.set(HEADER);
  let [offset, crc, length] = [HEADER.length, 0, 0];
  for (const next of pieces) {
    file.set(next.deflated, offset);
    offset += next.deflated.length;
    crc = combineCrc(crc, next.crc, next.length);
    length += next.length;
  }
  file.set(END, offset);
  const trailer = new DataView(file.buffer, offset + END.length);
  trailer.setUint32(0, crc, true);
  trailer.setUint32(4, length % 2 ** 32, true);
  return file;
}

const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** An empty final block. */
const END = Uint8Array.of(3, 0);

/**
 * The CRC-32 of two texts in a row from those of each (as zlib's crc32_combine): the first is
 * multiplied by x to the power of the second's bits, modulo the polynomial.
 */
function combineCrc(first: number, second: number, secondLength: number): number {
  return (multiply(powerOfX(secondLength * 8), first) ^ second) >>> 0;
}

const POLYNOMIAL = 0xed_b8_83_20;
/** In reflected order the highest bit is x⁰. */
const ONE = 0x80_00_00_00;
const X = 0x40_00_00_00;

function multiply(a: number, b: number): number {
  let [product, shifted] = [0, b >>> 0];
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

/** x, x², x⁴, x⁸ … */
const SQUARES = Array.from({ length: 52 }, () => 0);
SQUARES.reduce((previous, _, index) => {
  const next = index === 0 ? X : multiply(previous, previous);
  SQUARES[index] = next;
  return next;
}, X);

/** Pieces of the same length come again and again. */
const knownPowers = new Map<number, number>();

function powerOfX(exponent: number): number {
  const known = knownPowers.get(exponent);
  if (known !== undefined) return known;
  if (knownPowers.size > 10_000) knownPowers.clear();
  const power = computedPowerOfX(exponent);
  knownPowers.set(exponent, power);
  return power;
}

function computedPowerOfX(exponent: number): number {
  let [power, rest, index] = [ONE, exponent, 0];
  while (rest > 0) {
    if (rest % 2 === 1) power = multiply(SQUARES[index] ?? ONE, power);
    rest = Math.floor(rest / 2);
    index += 1;
  }
  return power;
}
