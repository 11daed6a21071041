import type { Span } from 'platform/tracing';

/** Who asks, over what: the facts that forwarding headers tell. */
export type Hop = {
  /** The address at the other end of the connection. */
  readonly peer: string;
  /** Whether what the peer says of those before it is believed. */
  readonly isTrusted: boolean;
  /** The Host header, validated. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  /** Knows our own port, for a Host without one; to ask it costs a system call. */
  readonly server: { readonly port?: number | undefined };
};

export type Trace = {
  readonly requestId: string;
  readonly traceId: string;
  readonly traceparent: string;
  /** Our part of it, where that is recorded. */
  readonly span?: Span | undefined;
};

type Forwarding = {
  readonly hop: Hop;
  readonly trace: Trace;
  /** What was taken off the front of the path; empty for nothing. */
  readonly prefix: string;
};

/** Our name in `Via` (RFC 9110 §7.6.3); each process has its own, by which it knows a loop. */
export const VIA_NAME = `comptoir-${crypto.randomUUID().slice(0, 8)}`;
const VIA = `1.1 ${VIA_NAME}`;

/**
 * The headers of a request as the upstream gets them: those of the client without what belongs to
 * its connection (RFC 9110 §7.6.1) or pretends to be ours, and with what we know ourselves. Ours
 * come last, so that no `Connection` header can take them away.
 */
export function forwardedHeaders(request: Request, { hop, trace, prefix }: Forwarding): Headers {
  const from = request.headers;
  const headers = new Headers(from);
  removeNamed(headers, from.get('connection'));
  removeNamed(headers, from.get('proxy-connection'));
  for (const name of from.keys()) {
    // Behind us `X_Forwarded_For` and `X-Forwarded-For` may be one and the same.
    if (REQUEST_HOP_BY_HOP.has(name) || name.startsWith('x-forwarded-') || name.includes('_'))
      headers.delete(name);
  }
  setFraming(headers, request, from.get('content-length'));
  // Without these Bun would say what it accepts itself, and who it is.
  if (!from.has('accept-encoding')) headers.set('accept-encoding', 'identity');
  if (!from.has('user-agent')) headers.set('user-agent', '');
  setForwarding(headers, hop, prefix);
  if (hop.isTrusted) addToTold(headers, from, prefix);
  const via = from.get('via');
  headers.set('via', via === null ? VIA : `${via}, ${VIA}`);
  headers.set('x-request-id', trace.requestId);
  setTrace(headers, trace);
  return headers;
}

/** The state of a trace that is not this one goes no further (W3C Trace Context §3.3). */
function setTrace(headers: Headers, { traceId, traceparent }: Trace): void {
  if (headers.has('tracestate') && !headers.get('traceparent')?.includes(traceId))
    headers.delete('tracestate');
  headers.set('traceparent', traceparent);
}

/** Makes the headers of a reply those that the client gets. */
export function cleanReplyHeaders(headers: Headers, requestId: string): void {
  removeNamed(headers, headers.get('connection'));
  for (const name of REPLY_HOP_BY_HOP) headers.delete(name);
  headers.set('x-request-id', requestId);
}

const REQUEST_HOP_BY_HOP: ReadonlySet<string> = new Set([
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
function setFraming(headers: Headers, request: Request, length: string | null): void {
  if (length === null) return;
  if (request.body === null) headers.delete('content-length');
  else if (length.includes(',')) headers.set('content-length', length.split(',')[0]?.trim() ?? '');
}

function setForwarding(headers: Headers, hop: Hop, prefix: string): void {
  headers.set('x-forwarded-for', hop.peer);
  headers.set('x-forwarded-host', hop.host);
  headers.set('x-forwarded-port', portOf(hop.host) ?? String(hop.server.port ?? 0));
  headers.set('x-forwarded-proto', hop.scheme);
  if (prefix !== '') headers.set('x-forwarded-prefix', prefix);
  headers.set('forwarded', `for=${node(hop.peer)};host="${hop.host}";proto=${hop.scheme}`);
}

/** What a trusted proxy tells of those before it comes first, or instead where there is but one. */
function addToTold(headers: Headers, from: Headers, prefix: string): void {
  for (const name of ['x-forwarded-for', 'forwarded']) {
    const told = from.get(name);
    if (told !== null) headers.set(name, `${told}, ${headers.get(name) ?? ''}`);
  }
  for (const name of ['x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto']) {
    const told = from.get(name);
    if (told !== null) headers.set(name, told);
  }
  const user = from.get('x-forwarded-user');
  if (user !== null) headers.set('x-forwarded-user', user);
  const before = from.get('x-forwarded-prefix');
  if (before !== null) headers.set('x-forwarded-prefix', before + prefix);
}

/** An IPv6 address stands in brackets and quotes (RFC 7239 §6). */
const node = (address: string): string => (address.includes(':') ? `"[${address}]"` : address);

function portOf(host: string): string | undefined {
  const colon = host.lastIndexOf(':');
  return colon === -1 || host.endsWith(']') ? undefined : host.slice(colon + 1);
}
