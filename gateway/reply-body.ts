import { chunkedDecoder } from './chunked-decoder.ts';
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
