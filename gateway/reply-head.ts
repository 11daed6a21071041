import { addField, type HeaderFields } from './header-fields.ts';
import { dropNamed, OF_REPLIES } from './hop-by-hop.ts';

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

/** What an upstream sent is no reply that could be passed on. */
export class BrokenReplyError extends Error {
  override readonly name = 'BrokenReplyError';
}

/**
 * Reads a head strictly (RFC 9112 §4, §5, §6.3): what two readers could take for two things is no
 * reply. `text` is all of it in Latin-1, each line with its CRLF, without the empty one at the end.
 */
export function readReplyHead(text: string, method: string): ReplyHead {
  const line = STATUS_LINE.exec(text);
  if (line === null) throw new BrokenReplyError('The status line is none');
  const status = Number(line[2]);
  const said = readFields(text, line[0].length);
  const { headers, cookies, ours } = said;
  const length = lengthOf(headers);
  const framing = isBodiless(status, method) ? 0 : framingOf(ours['transfer-encoding'], length);
  const keepAliveMs = persists(said, line[1]) && framing !== 'until-close' ? waitOf(ours) : 0;
  if (ours['transfer-encoding'] !== undefined) delete headers['content-length'];
  if (ours['connection'] !== undefined) dropNamed(headers, ours['connection']);
  return { status, headers, cookies, framing, keepAliveMs };
}

/**
 * Shorter than any server keeps a connection that nothing is sent on (Node: 5 s): a request that
 * meets a closed one is lost unless it may be repeated.
 */
const MOST_KEEP_ALIVE_MS = 4000;

/** What the fields come to; `ours` are those that belong to the connection. */
type Said = { readonly headers: HeaderFields; readonly ours: HeaderFields; cookies: string[] };

const NONE: string[] = [];

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?\r\n/;
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
/** Any control character but a tab. */
const ODD = /[^\t -~\x80-\xff]/;

function readFields(text: string, from: number): Said {
  const said: Said = { headers: {}, ours: {}, cookies: NONE };
  for (let at = from; at < text.length;) {
    const end = text.indexOf('\r\n', at);
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon > end) throw new BrokenReplyError('A header line has no colon');
    const name = nameOf(text.slice(at, colon));
    const value = text.slice(skipBlank(text, colon + 1, 1), skipBlank(text, end - 1, -1) + 1);
    if (ODD.test(value)) throw new BrokenReplyError(`'${name}' has a value that is none`);
    if (name === 'set-cookie') said.cookies = [...said.cookies, value];
    else if (OF_REPLIES.has(name)) addField(said.ours, name, value);
    else addField(said.headers, name, value);
    at = end + 2;
  }
  return said;
}

/** `trim` would take a part of a letter for a blank: the second byte of `à` is one in Latin-1. */
function skipBlank(text: string, from: number, step: 1 | -1): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || code === 9; code = text.charCodeAt(at))
    at += step;
  return at;
}

/** How names were spelled so far, since nearly all replies use the same few. */
const names = new Map<string, string>();
const MOST_NAMES = 500;

function nameOf(spelled: string): string {
  const known = names.get(spelled);
  if (known !== undefined) return known;
  if (!TOKEN.test(spelled)) throw new BrokenReplyError(`'${spelled}' is no name of a header`);
  const name = spelled.toLowerCase();
  if (names.size < MOST_NAMES) names.set(spelled, name);
  return name;
}

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
function persists({ headers, ours }: Said, minor: string | undefined): boolean {
  // Two ways to find the end of a body are one too many to trust what comes after it.
  if (ours['transfer-encoding'] !== undefined && headers['content-length'] !== undefined)
    return false;
  const { connection } = ours;
  if (connection === undefined) return minor === '1';
  const options = connection.toLowerCase().split(/[ \t]*,[ \t]*/);
  return minor === '1' ? !options.includes('close') : options.includes('keep-alive');
}

function waitOf(ours: HeaderFields): number {
  const seconds = /\btimeout=(\d+)/i.exec(ours['keep-alive'] ?? '')?.[1];
  if (seconds === undefined) return MOST_KEEP_ALIVE_MS;
  // A second less, since ours begins later than theirs.
  return Math.max(0, Math.min(MOST_KEEP_ALIVE_MS, (Number(seconds) - 1) * 1000));
}
