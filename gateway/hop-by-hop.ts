import type { Said } from './said.ts';

/**
 * Takes away what belongs to the connection that a request came over (RFC 9110 §7.6.1), and what
 * pretends to be ours.
 */
export function dropRequestHops(headers: Headers, said: Said): void {
  dropNamed(headers, said['connection']);
  dropNamed(headers, said['proxy-connection']);
  for (const name in said) {
    // Behind us `X_Forwarded_For` and `X-Forwarded-For` may be one and the same.
    if (OF_REQUESTS.has(name) || name.startsWith('x-forwarded-') || name.includes('_'))
      headers.delete(name);
  }
}

/** The same for a reply. */
export function dropReplyHops(headers: Headers, said: Said): void {
  dropNamed(headers, said['connection']);
  for (const name in said) if (OF_REPLIES.has(name)) headers.delete(name);
}

const OF_REQUESTS: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-real-ip',
]);

const OF_REPLIES: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  // Trailers themselves do not come through.
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** The headers that a `Connection` header names belong to that connection. */
function dropNamed(headers: Headers, connection: string | undefined): void {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return;
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase();
    // A message without its length or type would be another message.
    if (/^[a-z0-9!#$%&'*+.^`|~-]+$/.test(name) && !name.startsWith('content-'))
      headers.delete(name);
  }
}
