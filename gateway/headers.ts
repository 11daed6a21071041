/** Who asks, over what: the facts that forwarding headers tell. */
export type Hop = {
  /** The address at the other end of the connection. */
  readonly peer: string;
  /** Whether what the peer says of those before it is believed. */
  readonly isTrusted: boolean;
  /** The Host header, validated. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** Our own port, for a Host without one. */
  readonly port: number;
  /** What was taken off the front of the path; empty for nothing. */
  readonly prefix: string;
};

export type Trace = { readonly requestId: string; readonly traceparent: string };

/** Our name in `Via` (RFC 9110 §7.6.3); each process has its own, by which it knows a loop. */
export const VIA_NAME = `comptoir-${crypto.randomUUID().slice(0, 8)}`;

/**
 * The headers of a request as the upstream gets them: those of the client without what belongs to
 * its connection (RFC 9110 §7.6.1) or pretends to be ours, and with what we know ourselves. Ours
 * come last, so that no `Connection` header can take them away.
 */
export function forwardedHeaders(request: Request, hop: Hop, trace: Trace): Headers {
  const from = request.headers;
  const headers = new Headers(from);
  removeHopByHop(headers, REQUEST_HOP_BY_HOP);
  for (const name of from.keys()) {
    // Behind us `X_Forwarded_For` and `X-Forwarded-For` may be one and the same.
    if (name.includes('_') || name.startsWith('x-forwarded-')) headers.delete(name);
  }
  setFraming(headers, request, from.get('content-length'));
  // Without these Bun would say what it accepts itself, and who it is.
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity');
  if (!headers.has('user-agent')) headers.set('user-agent', '');
  setForwarding(headers, from, hop);
  const via = from.get('via');
  headers.set('via', via === null ? `1.1 ${VIA_NAME}` : `${via}, 1.1 ${VIA_NAME}`);
  headers.set('x-request-id', trace.requestId);
  headers.set('traceparent', trace.traceparent);
  return headers;
}

/** The headers of a reply as the client gets them. */
export function replyHeaders(from: Headers, requestId: string): Headers {
  const headers = new Headers(from);
  removeHopByHop(headers, REPLY_HOP_BY_HOP);
  headers.set('x-request-id', requestId);
  return headers;
}

const REQUEST_HOP_BY_HOP = [
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
] as const;

const REPLY_HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  // Trailers themselves do not come through.
  'trailer',
  'transfer-encoding',
  'upgrade',
] as const;

function removeHopByHop(headers: Headers, names: readonly string[]): void {
  removeNamed(headers, headers.get('connection'));
  removeNamed(headers, headers.get('proxy-connection'));
  for (const name of names) headers.delete(name);
}

/** The headers that a `Connection` header names belong to that connection. */
function removeNamed(headers: Headers, connection: string | null): void {
  if (connection === null || connection === 'keep-alive' || connection === 'close') return;
  for (const option of connection.split(',')) {
    const name = option.trim().toLowerCase();
    // A message without its length or type would be another message.
    if (/^[a-z0-9!#$%&'*+.^`|~-]+$/.test(name) && !name.startsWith('content-'))
      headers.delete(name);
  }
}

/** The length is what Bun frames a streamed body by; two equal ones arrive as `2, 2`. */
function setFraming(headers: Headers, { body }: Request, length: string | null): void {
  if (length === null) return;
  if (body === null) headers.delete('content-length');
  else if (length.includes(',')) headers.set('content-length', length.split(',')[0]?.trim() ?? '');
}

function setForwarding(headers: Headers, from: Headers, hop: Hop): void {
  const told = (name: string) => (hop.isTrusted ? from.get(name) : null);
  const before = told('x-forwarded-for');
  const scheme = told('x-forwarded-proto') ?? hop.scheme;
  const host = told('x-forwarded-host') ?? hop.host;
  const port = told('x-forwarded-port') ?? portOf(hop.host) ?? String(hop.port);
  const prefix = `${told('x-forwarded-prefix') ?? ''}${hop.prefix}`;
  headers.set('x-forwarded-for', before === null ? hop.peer : `${before}, ${hop.peer}`);
  headers.set('x-forwarded-host', host);
  headers.set('x-forwarded-port', port);
  headers.set('x-forwarded-proto', scheme);
  if (prefix !== '') headers.set('x-forwarded-prefix', prefix);
  const element = `for=${node(hop.peer)};host="${hop.host}";proto=${hop.scheme}`;
  const chain = told('forwarded');
  headers.set('forwarded', chain === null ? element : `${chain}, ${element}`);
}

/** An IPv6 address stands in brackets and quotes (RFC 7239 §6). */
const node = (address: string): string => (address.includes(':') ? `"[${address}]"` : address);

const portOf = (host: string): string | undefined => /:(\d+)$/.exec(host)?.[1];
