import type { HeaderFields } from './header-fields.ts';
import type { Said } from './said.ts';

/**
 * What a client said without what belongs to its connection (RFC 9110 §7.6.1), and without what
 * pretends to be ours.
 */
export function withoutRequestHops(said: Said): HeaderFields {
  const fields: HeaderFields = {};
  for (const name in said) {
    // Behind us `X_Forwarded_For` and `X-Forwarded-For` may be one and the same.
    if (!OF_REQUESTS.has(name) && !name.startsWith('x-forwarded-') && !name.includes('_'))
      fields[name] = String(said[name]);
  }
  dropNamed(fields, said['connection']);
  dropNamed(fields, said['proxy-connection']);
  return fields;
}

/** The headers that a `Connection` header names belong to that connection. */
export function dropNamed(fields: HeaderFields, connection: string | undefined): void {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return;
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase();
    // A message without its length or type would be another message.
    if (!name.startsWith('content-')) delete fields[name];
  }
}

const OF_REQUESTS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
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

/** Those of a reply. */
export const OF_REPLIES: ReadonlySet<string> = new Set([
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
