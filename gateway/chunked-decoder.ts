import { BrokenReplyError } from './broken-reply-error.ts';
import type { BodyDecoder } from './reply-body.ts';

/** Takes a body out of its chunks; extensions are passed over and trailers dropped. */
export function chunkedDecoder(): BodyDecoder {
  const chunks: Chunks = {
    at: 'size',
    left: 0,
    digits: 0,
    skipped: 0,
    isLineEmpty: true,
    hasCr: false,
  };
  return {
    decode(bytes) {
      const pieces: Uint8Array[] = [];
      let at = 0;
      while (at < bytes.length && chunks.at !== 'done') {
        if (chunks.at === 'data') {
          const piece = bytes.subarray(at, at + chunks.left);
          pieces.push(piece);
          at += piece.length;
          chunks.left -= piece.length;
          if (chunks.left === 0) chunks.at = 'data-cr';
        } else {
          step(chunks, bytes[at] ?? 0);
          at += 1;
        }
      }
      return { pieces, isDone: chunks.at === 'done', surplus: bytes.length - at };
    },
  };
}

/** Where a chunked body is being read (RFC 9112 §7.1). */
type Chunks = {
  at: 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'done';
  /** Of the chunk that is read. */
  left: number;
  digits: number;
  /** Of an extension or of trailers, which nobody needs and which must not go on for ever. */
  skipped: number;
  /** Whether the line of a trailer has nothing yet, and whether its CR has come. */
  isLineEmpty: boolean;
  hasCr: boolean;
};

const CR = 13;
const LF = 10;
const SEMICOLON = 59;
/** Of a size: enough for any number that can be counted without loss. */
const MOST_DIGITS = 13;
const MOST_SKIPPED = 16_384;

/** One byte of what stands between the data. */
function step(chunks: Chunks, byte: number): void {
  switch (chunks.at) {
    case 'size':
      return stepSize(chunks, byte);
    case 'extension':
      if (byte === CR) chunks.at = 'size-lf';
      else skip(chunks, byte);
      return;
    case 'size-lf':
      expect(byte, LF);
      chunks.at = chunks.left > 0 ? 'data' : 'trailer';
      chunks.digits = chunks.skipped = 0;
      return;
    case 'data-cr':
      expect(byte, CR);
      chunks.at = 'data-lf';
      return;
    case 'data-lf':
      expect(byte, LF);
      chunks.at = 'size';
      return;
    default:
      stepTrailer(chunks, byte);
  }
}

function stepSize(chunks: Chunks, byte: number): void {
  const digit = hexDigit(byte);
  if (digit !== -1) {
    chunks.left = chunks.left * 16 + digit;
    chunks.digits += 1;
    if (chunks.digits <= MOST_DIGITS) return;
  } else if (chunks.digits > 0) {
    if (byte === CR) return void (chunks.at = 'size-lf');
    if (byte === SEMICOLON) return void (chunks.at = 'extension');
  }
  throw new BrokenReplyError('A chunk has a size that is none');
}

function stepTrailer(chunks: Chunks, byte: number): void {
  if (chunks.hasCr) {
    expect(byte, LF);
    if (chunks.isLineEmpty) chunks.at = 'done';
    chunks.isLineEmpty = true;
    chunks.hasCr = false;
  } else if (byte === CR) chunks.hasCr = true;
  else {
    skip(chunks, byte);
    chunks.isLineEmpty = false;
  }
}

function skip(chunks: Chunks, byte: number): void {
  chunks.skipped += 1;
  if (byte === LF || byte === 0 || chunks.skipped > MOST_SKIPPED)
    throw new BrokenReplyError('What stands between the chunks is none of it');
}

function expect(byte: number, expected: number): void {
  if (byte !== expected) throw new BrokenReplyError('A chunk does not end where it should');
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
