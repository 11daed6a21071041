import type { Message } from './message.ts';

/** The head of a request as it stands on the wire, in Latin-1. `host` is that of the instance. */
export function requestHead(message: Message, host: string): string {
  const { method, pathAndQuery, headers } = message;
  let lines = '';
  let asked = host;
  for (const name of Object.keys(headers)) {
    if (name === 'host') asked = headers[name] ?? host;
    else if (!FRAMING.has(name)) lines += `${name}: ${headers[name]}\r\n`;
  }
  const target = ODD.test(pathAndQuery) ? encoded(pathAndQuery) : pathAndQuery;
  return `${method} ${target} HTTP/1.1\r\nhost: ${asked}\r\nconnection: keep-alive\r\n${lines}${framingOf(message)}\r\n`;
}

/** A part of a chunked body; the end of it for undefined (RFC 9112 §7.1). */
export function chunkOf(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined) return Buffer.from('0\r\n\r\n', 'latin1');
  // It would be taken for the end.
  if (bytes.length === 0) return Buffer.alloc(0);
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`, 'latin1'), bytes, CRLF]);
}

const CRLF = Buffer.from('\r\n', 'latin1');

/** Those by which a message ends, and a connection: they are said anew, whatever a route adds. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** A method for which a server expects to be told that there is no body (RFC 9110 §8.6). */
const TAKES_BODY: ReadonlySet<string> = new Set(['PATCH', 'POST', 'PUT']);

function framingOf({ method, body, length }: Message): string {
  if (body === null) return TAKES_BODY.has(method) ? 'content-length: 0\r\n' : '';
  return length === undefined ? 'transfer-encoding: chunked\r\n' : `content-length: ${length}\r\n`;
}

/** What must not stand in the first line: a fragment, and what a rewrite may have brought in. */
const ODD = /[^!-~]|#/;

const encoded = (target: string): string =>
  target.replace(/#.*/, '').replaceAll(/[^!-~]+/g, encodeURIComponent);
