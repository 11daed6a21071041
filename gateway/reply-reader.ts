import { BrokenReplyError } from './broken-reply-error.ts';
import { isEventStream } from './event-stream.ts';
import { type Flow, type OpenBody, openBody, readOn } from './open-body.ts';
import { bodyDecoder } from './reply-body.ts';
import { assertStatusLine, readReplyHead, type ReplyHead } from './reply-head.ts';

/** What an upstream answered. */
export type Reply = ReplyHead & {
  /** Bytes where it is there as a whole; null where there is none. */
  readonly body: Uint8Array | ReadableStream<Uint8Array> | null;
};

/** Reads one reply off a connection. */
export type ReplyReader = {
  /** Of the request: the reply to HEAD has no body. */
  readonly method: string;
  /** Whether a byte of it has come. */
  hasBegun: boolean;
  /** The begin of a head of which more is to come. */
  partial: Buffer | undefined;
  /** What is still to come of the body, and who reads it. */
  body: OpenBody | undefined;
  /** For how long the connection may wait for the next request; undefined before the reply's end. */
  keepAliveMs: number | undefined;
};

export const replyReader = (method: string): ReplyReader => ({
  method,
  hasBegun: false,
  partial: undefined,
  body: undefined,
  keepAliveMs: undefined,
});

/**
 * Takes the next bytes of the connection. Gives the reply when its head is whole: with its body at once
 * if that is there, too, else with one that holds the connection back when it is read slowly. Throws
 * `BrokenReplyError` before that; a body that breaks off later ends with an error.
 */
export function readReply(reader: ReplyReader, bytes: Buffer, flow: Flow): Reply | undefined {
  reader.hasBegun = true;
  const { body } = reader;
  if (body === undefined) return readHead(reader, bytes, flow);
  const surplus = readOn(body, bytes);
  if (surplus !== undefined) end(reader, body.head, surplus);
  return undefined;
}

/** The connection is closed. Whether the reply, of which a byte has come, is whole all the same. */
export function endReply(reader: ReplyReader, error: unknown): boolean {
  const { body } = reader;
  if (body?.head.framing !== 'until-close' || error !== undefined) return false;
  body.stream.end();
  reader.keepAliveMs = 0;
  return true;
}

/**
 * Ends a stream of events, which ends no other way, after what has come: its reader connects again.
 * Whether it is one.
 */
export function endEvents(reader: ReplyReader): boolean {
  const { body } = reader;
  if (body === undefined || !isEventStream(body.head.headers['content-type'])) return false;
  body.stream.end();
  reader.keepAliveMs = 0;
  return true;
}

/** Nothing more comes of it: whoever reads the body is told that it is not whole. */
export function breakOff({ body, keepAliveMs }: ReplyReader, reason: unknown): void {
  if (keepAliveMs === undefined) body?.stream.fail(reason);
}

/** Few clients and proxies take more than this. */
const MOST_HEAD_BYTES = 65_536;

function readHead(reader: ReplyReader, bytes: Buffer, flow: Flow): Reply | undefined {
  const all = reader.partial ? Buffer.concat([reader.partial, bytes]) : bytes;
  let from = 0;
  for (;;) {
    const end = all.indexOf('\r\n\r\n', from, 'latin1');
    if ((end === -1 ? all.length : end) - from > MOST_HEAD_BYTES)
      throw new BrokenReplyError(`The head has more than ${MOST_HEAD_BYTES} bytes`);
    if (end === -1) {
      assertStatusLine(all, from);
      reader.partial = from === 0 ? all : all.subarray(from);
      return undefined;
    }
    const head = readReplyHead(all.toString('latin1', from, end + 2), reader.method);
    from = end + 4;
    if (head.status === 101) throw new BrokenReplyError('Nobody asked for another protocol');
    // Others below 200 only go before the reply, and cannot be passed on.
    if (head.status >= 200)
      return { ...head, body: bodyOf(reader, head, { bytes: all.subarray(from), flow }) };
  }
}

type Rest = { readonly bytes: Buffer; readonly flow: Flow };

function bodyOf(reader: ReplyReader, head: ReplyHead, { bytes, flow }: Rest): Reply['body'] {
  const { framing } = head;
  // By far most replies: no decoder, no stream, no copy.
  if (typeof framing === 'number' && framing <= bytes.length) {
    end(reader, head, bytes.length - framing);
    return framing === 0 ? null : bytes.subarray(0, framing);
  }
  const decoder = bodyDecoder(framing);
  const { pieces, isDone, surplus } = decoder.decode(bytes);
  if (isDone) {
    end(reader, head, surplus);
    return Buffer.concat(pieces);
  }
  reader.body = openBody(head, decoder, flow);
  reader.body.stream.push(pieces);
  return reader.body.stream.stream;
}

function end(reader: ReplyReader, { keepAliveMs }: ReplyHead, surplus: number): void {
  // What nobody asked for makes all that follows doubtful.
  reader.keepAliveMs = surplus === 0 ? keepAliveMs : 0;
}
