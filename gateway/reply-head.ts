import { BrokenReplyError } from './broken-reply-error.ts';
import type { HeaderFields } from './header-fields.ts';
import { dropNamed } from './hop-by-hop.ts';
import { readFields, type ReplyFields } from './reply-fields.ts';

/** The head of an upstream's reply, as far as it goes on to the client. */
export type ReplyHead = {
  /** Below 200 for what comes before the reply itself. */
  readonly status: number;
  /** Without those that belong to the connection; but for cookies, repeated ones are one. */
  readonly headers: HeaderFields;
  /** The values of `Set-Cookie`, the only ones that cannot be joined (RFC 9110 §5.3). */
  readonly cookies: readonly string[];
  /** How the end of the body is known: by its length in bytes, by itself, or by the connection's end. */
  readonly framing: number | 'chunked' | 'until-close';
  /** For how long the connection may wait for another request; 0 when it must not be used again. */
  readonly keepAliveMs: number;
};

/**
 * Reads a head strictly (RFC 9112 §4, §5, §6.3): what two readers could take for two things is no
 * reply. `text` is all of it in Latin-1, each line with its CRLF, without the empty one at the end.
 */
export function readReplyHead(text: string, method: string): ReplyHead {
  const line = statusLineOf(text);
  const status = Number(line[2]);
  const said = readFields(text, line[0].length);
  const { headers, cookies, ours } = said;
  const length = lengthOf(headers);
  const framing = isBodiless(status, method) ? 0 : framingOf(ours['transfer-encoding'], length);
  const isReusable =
    persists(said, line[1]) && framing !== 'until-close' && !isDoubtful(status, said);
  const keepAliveMs = isReusable ? waitOf(ours) : 0;
  if (ours['transfer-encoding'] !== undefined) delete headers['content-length'];
  if (ours['connection'] !== undefined) dropNamed(headers, ours['connection']);
  return { status, headers, cookies, framing, keepAliveMs };
}

/**
 * Shorter than any server keeps a connection that nothing is sent on (Node: 5 s): a request that
 * meets a closed one is lost unless it may be repeated.
 */
const MOST_KEEP_ALIVE_MS = 4000;

/**
 * Throws when a head that is not whole begins with something else than a status line: what comes by
 * another protocol may end with no empty line, and would be waited for.
 */
export function assertStatusLine(bytes: Buffer, from: number): void {
  const end = bytes.indexOf(LF, from);
  if (end !== -1) statusLineOf(bytes.toString('latin1', from, end + 1));
}

const LF = 10;

function statusLineOf(text: string): RegExpExecArray {
  const line = STATUS_LINE.exec(text);
  if (line === null) throw new BrokenReplyError('The status line is none');
  return line;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?\r\n/;
/** The one length that is said, however often (RFC 9110 §8.6). */
function lengthOf(headers: HeaderFields): number | undefined {
  const said = headers['content-length'];
  if (said === undefined) return undefined;
  if (LENGTH.test(said)) return Number(said);
  const [first = '', ...others] = said.split(/[ \t]*,[ \t]*/);
  if (!LENGTH.test(first) || others.some((other) => other !== first))
    throw new BrokenReplyError(`'${said}' is no length`);
  headers['content-length'] = first;
  return Number(first);
}

const LENGTH = /^\d{1,15}$/;

function framingOf(coding: string | undefined, length: number | undefined): ReplyHead['framing'] {
  if (coding === undefined) return length ?? 'until-close';
  if (coding.toLowerCase() === 'chunked') return 'chunked';
  throw new BrokenReplyError(`'${coding}' is no coding that we read`);
}

const isBodiless = (status: number, method: string): boolean =>
  status < 200 || status === 204 || status === 304 || method === 'HEAD';

/** Whether the connection outlives the reply (RFC 9112 §9.3); `minor` is the 1 of HTTP/1.1. */
function persists({ ours }: ReplyFields, minor: string | undefined): boolean {
  const { connection } = ours;
  // Chunks are no part of HTTP/1.0 (RFC 9112 §6.1).
  if (minor !== '1' && ours['transfer-encoding'] !== undefined) return false;
  if (connection === undefined) return minor === '1';
  const options = connection.toLowerCase().split(/[ \t]*,[ \t]*/);
  return minor === '1' ? !options.includes('close') : options.includes('keep-alive');
}

/** Whether the end of the body is said in two ways, or one is said where none may be (RFC 9112 §6.3). */
function isDoubtful(status: number, { headers, ours }: ReplyFields): boolean {
  const length = headers['content-length'];
  const isChunked = ours['transfer-encoding'] !== undefined;
  if (status === 204 && length !== undefined && length !== '0') return true;
  return isChunked && (length !== undefined || status === 204 || status === 304);
}

function waitOf(ours: HeaderFields): number {
  const seconds = /\btimeout=(\d+)/i.exec(ours['keep-alive'] ?? '')?.[1];
  if (seconds === undefined) return MOST_KEEP_ALIVE_MS;
  // A second less, since ours begins later than theirs.
  return Math.max(0, Math.min(MOST_KEEP_ALIVE_MS, (Number(seconds) - 1) * 1000));
}
