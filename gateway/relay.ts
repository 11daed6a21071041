import type { Instance } from 'platform/discovery';

import type { HeaderFields } from './header-fields.ts';
import type { Reply } from './reply-reader.ts';
import type { PathRewrite } from './rewrite-path.ts';
import type { HeaderChanges } from './routes.ts';

type RelayOptions = {
  /** Of the request. */
  readonly method: string;
  readonly instance: Instance;
  readonly requestId: string;
  readonly requestPath: string;
  readonly rewrite: PathRewrite;
  readonly changes: HeaderChanges | undefined;
};

/** The upstream's reply as the client's. */
export function relay(reply: Reply, options: RelayOptions): Response {
  const { status, headers, cookies } = reply;
  headers['x-request-id'] = options.requestId;
  if (options.method === 'HEAD') leaveLengthOpen(reply);
  setPublicLocation(headers, 'location', options);
  setPublicLocation(headers, 'content-location', options);
  const response = new Response(bodyOf(reply), { status, headers });
  for (const cookie of cookies) response.headers.append('set-cookie', cookie);
  if (options.changes) changeHeaders(response.headers, options.changes);
  return response;
}

/** Adds, sets and removes as a route's filter says. */
function changeHeaders(headers: Headers, { add, set, remove = [] }: HeaderChanges): void {
  for (const name of remove) headers.delete(name);
  for (const [name, value] of Object.entries(set ?? {})) headers.set(name, value);
  for (const [name, value] of Object.entries(add ?? {})) headers.append(name, value);
}

/** Bun would say that a length of which nothing is said is 0; the reply to GET may have any (RFC 9110 §8.6). */
function leaveLengthOpen({ status, headers }: Reply): void {
  if (headers['content-length'] === undefined && !EMPTY.has(status))
    headers['transfer-encoding'] = 'chunked';
}

const EMPTY: ReadonlySet<number> = new Set([204, 205, 304]);

/** A path at the upstream becomes the path at which the client reaches it. */
function setPublicLocation(
  headers: HeaderFields,
  name: string,
  { instance, rewrite, requestPath }: RelayOptions,
): void {
  const location = headers[name];
  if (location === undefined) return;
  const isOwnAddress = location.startsWith(`${instance.url}/`);
  const path = isOwnAddress ? location.slice(instance.url.length) : location;
  if (path.startsWith('/') && !path.startsWith('//'))
    headers[name] = rewrite.back(path, requestPath);
}

function bodyOf({ headers, body }: Reply): Reply['body'] {
  // Bun would call bytes of no type an octet-stream, but no stream.
  const needsStream = body instanceof Uint8Array && headers['content-type'] === undefined;
  return needsStream ? streamOf(body) : body;
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
