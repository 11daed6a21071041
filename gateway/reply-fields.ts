import { BrokenReplyError } from './broken-reply-error.ts';
import { addField, type HeaderFields } from './header-fields.ts';
import { OF_REPLIES } from './hop-by-hop.ts';

/** What the fields come to; `ours` are those that belong to the connection. */
export type ReplyFields = {
  readonly headers: HeaderFields;
  readonly ours: HeaderFields;
  cookies: string[];
};

/** Reads header lines strictly, each with its CRLF; throws `BrokenReplyError`. */
export function readFields(text: string, from: number): ReplyFields {
  const said: ReplyFields = { headers: {}, ours: {}, cookies: NONE };
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

const NONE: string[] = [];
const TOKEN = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/;
/** Any control character but a tab. */
const ODD = /[^\t -~\x80-\xff]/;

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
