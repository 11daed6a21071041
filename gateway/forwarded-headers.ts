import { dropRequestHops } from './hop-by-hop.ts';
import type { Hop } from './hop.ts';
import type { Said } from './said.ts';
import type { Trace } from './trace.ts';
import { viaUs } from './via.ts';

type Forwarding = {
  readonly request: Request;
  readonly said: Said;
  readonly hop: Hop;
  readonly trace: Trace;
};

/**
 * The headers of a request as the upstream gets them: those of the client without what belongs to
 * its connection or pretends to be ours, and with what we know ourselves. Ours come last, so that no
 * `Connection` header can take them away. `prefix` was taken off the front of the path; empty for
 * nothing.
 */
export function forwardedHeaders(forwarding: Forwarding, prefix: string): Headers {
  const { request, said, hop, trace } = forwarding;
  const headers = new Headers(request.headers);
  dropRequestHops(headers, said);
  setFraming(headers, request, said['content-length']);
  // Without these Bun would say what it accepts itself, and who it is.
  if (said['accept-encoding'] === undefined) headers.set('accept-encoding', 'identity');
  if (said['user-agent'] === undefined) headers.set('user-agent', '');
  setForwarding(headers, hop, prefix);
  if (hop.isTrusted) addToTold(headers, said, prefix);
  headers.set('via', viaUs(said['via']));
  headers.set('x-request-id', trace.requestId);
  // The state of a trace that is not this one goes no further (W3C Trace Context §3.3).
  if (said['tracestate'] !== undefined && !said['traceparent']?.includes(trace.traceId))
    headers.delete('tracestate');
  headers.set('traceparent', trace.traceparent);
  return headers;
}

/** The length is what Bun frames a streamed body by; two equal ones arrive as `2, 2`. */
function setFraming(headers: Headers, request: Request, length: string | undefined): void {
  if (length === undefined) return;
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
function addToTold(headers: Headers, said: Said, prefix: string): void {
  for (const name of ['x-forwarded-for', 'forwarded']) {
    const told = said[name];
    if (told !== undefined) headers.set(name, `${told}, ${headers.get(name) ?? ''}`);
  }
  for (const name of [
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-proto',
    'x-forwarded-user',
  ]) {
    const told = said[name];
    if (told !== undefined) headers.set(name, told);
  }
  const before = said['x-forwarded-prefix'];
  if (before !== undefined) headers.set('x-forwarded-prefix', before + prefix);
}

/** An IPv6 address stands in brackets and quotes (RFC 7239 §6). */
const node = (address: string): string => (address.includes(':') ? `"[${address}]"` : address);

function portOf(host: string): string | undefined {
  const colon = host.lastIndexOf(':');
  return colon === -1 || host.endsWith(']') ? undefined : host.slice(colon + 1);
}
