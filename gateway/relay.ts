import type { Instance } from 'platform/discovery';

import { type OpenBodies, passedOn } from './ending-body.ts';
import { dropReplyHops } from './hop-by-hop.ts';
import { type Pending, watchClient } from './pending.ts';
import type { PathRewrite } from './rewrite-path.ts';
import type { HeaderChanges } from './routes.ts';
import type { Said } from './said.ts';

type RelayOptions = {
  /** By the reply, as it came. */
  readonly said: Said;
  readonly instance: Instance;
  readonly requestId: string;
  readonly requestPath: string;
  readonly rewrite: PathRewrite;
  readonly changes: HeaderChanges | undefined;
  readonly pending: Pending;
  /** Those of event streams, which end no other way when the gateway stops. */
  readonly streams: OpenBodies;
};

/**
 * The upstream's reply as the client's. It is the same object with its headers changed: one made
 * anew would take its body through JavaScript instead of straight from socket to socket.
 */
export function relay(reply: Response, options: RelayOptions): Response {
  const { headers } = reply;
  dropReplyHops(headers, options.said);
  headers.set('x-request-id', options.requestId);
  setPublicLocation(headers, 'location', options);
  setPublicLocation(headers, 'content-location', options);
  if (options.changes) changeHeaders(headers, options.changes);
  const first = neededFirst(headers);
  if (first === undefined || reply.body === null) return reply;
  // Bun notices by itself only for a body that it passes on by itself.
  watchClient(options.pending);
  const open: OpenBodies = first === COMMENT ? options.streams : new Set();
  const body = passedOn(first, reply.body, open);
  return new Response(body, { status: reply.status, headers });
}

/** Adds, sets and removes as a route's filter says. */
export function changeHeaders(headers: Headers, { add, set, remove = [] }: HeaderChanges): void {
  for (const name of remove) headers.delete(name);
  for (const [name, value] of Object.entries(set ?? {})) headers.set(name, value);
  for (const [name, value] of Object.entries(add ?? {})) headers.append(name, value);
}

/** A path at the upstream becomes the path at which the client reaches it. */
function setPublicLocation(
  headers: Headers,
  name: string,
  { said, instance, rewrite, requestPath }: RelayOptions,
): void {
  const location = said[name];
  if (location === undefined) return;
  const isOwnAddress = location.startsWith(`${instance.url}/`);
  const path = isOwnAddress ? location.slice(instance.url.length) : location;
  if (path.startsWith('/') && !path.startsWith('//'))
    headers.set(name, rewrite.back(path, requestPath));
}

/** What must come before the body, if it cannot go through as it is. */
function neededFirst(headers: Headers): Uint8Array | undefined {
  const type = headers.get('content-type');
  // Bun would call a body of no type an octet-stream, unless it comes out of a generator.
  if (type === null) return NOTHING;
  // Bun holds the head back until there is a first byte, so a quiet stream would look dead.
  const isEvents = type.startsWith('text/event-stream') && !headers.has('content-encoding');
  return isEvents ? COMMENT : undefined;
}

const COMMENT = new TextEncoder().encode(':\n\n');
const NOTHING = new Uint8Array();
