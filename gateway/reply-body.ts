import { BrokenReplyError } from './broken-reply-error.ts';
import type { ReplyHead } from './reply-head.ts';

/** Takes the body of a reply out of the bytes of a connection. */
export type BodyDecoder = {
  /**
   * What a part of the bytes has of the body, in pieces that share its memory. Throws
   * `BrokenReplyError` at bytes that do not fit.
   */
  readonly decode: (bytes: Uint8Array) => Decoded;
};

export type Decoded = {
  readonly pieces: readonly Uint8Array[];
  /** Whether the body has ended. */
  readonly isDone: boolean;
  /** How many bytes came after its end: there should be none. */
  readonly surplus: number;
};

export function bodyDecoder(framing: ReplyHead['framing']): BodyDecoder {
  if (framing === 'chunked') return chunkedDecoder();
  return framing === 'until-close' ? { decode: piecesUntilClose } : lengthDecoder(framing);
}

function piecesUntilClose(bytes: Uint8Array): Decoded {
  return { pieces: bytes.length > 0 ? [bytes] : [], isDone: false, surplus: 0 };
}

function lengthDecoder(length: number): BodyDecoder {
  let left = length;
  return {
    decode(bytes) {
      const piece = bytes.length > left ? bytes.subarray(0, left) : bytes;
      left -= piece.length;
      const surplus = bytes.length - piece.length;
      return { pieces: piece.length > 0 ? [piece] : [], isDone: left === 0, surplus };
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
  /** The last byte of a trailer line, and whether the line has any others. */
  isLineEmpty: boolean;
  hasCr: boolean;
};

/** Extensions are passed over and trailers dropped. */
function chunkedDecoder(): BodyDecoder {
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
