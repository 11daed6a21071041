import type { Instance } from 'platform/discovery';

import { replyHeaders } from './headers.ts';
import type { PathRewrite } from './rewrite-path.ts';
import type { HeaderChanges } from './routes.ts';

type RelayOptions = {
  readonly instance: Instance;
  readonly requestId: string;
  readonly requestPath: string;
  readonly rewrite: PathRewrite;
  readonly changes: HeaderChanges | undefined;
};

/** The upstream's reply as the client's, its body passed through untouched. */
export function relay(reply: Response, options: RelayOptions): Response {
  const headers = replyHeaders(reply.headers, options.requestId);
  for (const name of ['location', 'content-location']) {
    const location = headers.get(name);
    if (location !== null) headers.set(name, publicLocation(location, options));
  }
  if (options.changes) changeHeaders(headers, options.changes);
  return new Response(bodyOf(reply, headers), { status: reply.status, headers });
}

/** Adds, sets and removes as a route's filter says. */
export function changeHeaders(headers: Headers, { add, set, remove = [] }: HeaderChanges): void {
  for (const name of remove) headers.delete(name);
  for (const [name, value] of Object.entries(set ?? {})) headers.set(name, value);
  for (const [name, value] of Object.entries(add ?? {})) headers.append(name, value);
}

/** A path at the upstream becomes the path at which the client reaches it. */
function publicLocation(
  location: string,
  { instance, rewrite, requestPath }: RelayOptions,
): string {
  const isOwnAddress = location.startsWith(`${instance.url}/`);
  const path = isOwnAddress ? location.slice(instance.url.length) : location;
  const isPath = path.startsWith('/') && !path.startsWith('//');
  return isPath ? rewrite.back(path, requestPath) : location;
}

function bodyOf(reply: Response, headers: Headers): Bun.BodyInit | null {
  const { body } = reply;
  if (body === null) return null;
  const type = headers.get('content-type');
  // Bun holds the head back until there is a first byte, so a quiet stream would look dead.
  if (type?.startsWith('text/event-stream') && !headers.has('content-encoding'))
    return startingWith(COMMENT, body);
  // Bun would call a body of no type an octet-stream, unless it comes out of a generator.
  return type === null ? startingWith(NOTHING, body) : body;
}

const COMMENT = new TextEncoder().encode(':\n\n');
const NOTHING = new Uint8Array();

function startingWith(first: Uint8Array, body: ReadableStream<Uint8Array>): Bun.BodyInit {
  const chunks = async function* chunks() {
    if (first.byteLength > 0) yield first;
    yield* body;
  };
  return chunks();
}
