import type { HeaderFields } from './header-fields.ts';
import { withoutRequestHops } from './hop-by-hop.ts';
import type { Hop } from './hop.ts';
import type { Said } from './said.ts';
import type { Trace } from './trace.ts';
import { viaUs } from './via.ts';

type Forwarding = {
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
export function forwardedHeaders({ said, hop, trace }: Forwarding, prefix: string): HeaderFields {
  const headers = withoutRequestHops(said);
  setForwarding(headers, hop, prefix);
  if (hop.isTrusted) addToTold(headers, said, prefix);
  headers['via'] = viaUs(said['via']);
  headers['x-request-id'] = trace.requestId;
  // The state of a trace that is not this one goes no further (W3C Trace Context §3.3).
  if (said['tracestate'] !== undefined && !said['traceparent']?.includes(trace.traceId))
    delete headers['tracestate'];
  headers['traceparent'] = trace.traceparent;
  return headers;
}

function setForwarding(headers: HeaderFields, hop: Hop, prefix: string): void {
  headers['x-forwarded-for'] = hop.peer;
  headers['x-forwarded-host'] = hop.host;
  headers['x-forwarded-port'] = portOf(hop.host) ?? String(hop.server.port ?? 0);
  headers['x-forwarded-proto'] = hop.scheme;
  if (prefix !== '') headers['x-forwarded-prefix'] = prefix;
  headers['forwarded'] = `for=${node(hop.peer)};host="${hop.host}";proto=${hop.scheme}`;
}

/** What a trusted proxy tells of those before it comes first, or instead where there is but one. */
function addToTold(headers: HeaderFields, said: Said, prefix: string): void {
  for (const name of ['x-forwarded-for', 'forwarded']) {
    const told = said[name];
    if (told !== undefined) headers[name] = `${told}, ${headers[name]}`;
  }
  for (const name of [
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-proto',
    'x-forwarded-user',
  ]) {
    const told = said[name];
    if (told !== undefined) headers[name] = told;
  }
  const before = said['x-forwarded-prefix'];
  if (before !== undefined) headers['x-forwarded-prefix'] = before + prefix;
}

/** An IPv6 address stands in brackets and quotes (RFC 7239 §6). */
const node = (address: string): string => (address.includes(':') ? `"[${address}]"` : address);

function portOf(host: string): string | undefined {
  const colon = host.lastIndexOf(':');
  return colon === -1 || host.endsWith(']') ? undefined : host.slice(colon + 1);
}
