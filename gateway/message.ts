import { ProblemError } from 'platform/problem';

import { cleanPath, type Target } from './clean-path.ts';
import { BodyTooLargeError } from './failures.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import type { Hop } from './hop.ts';
import { countDown } from './max-forwards.ts';
import type { Pending } from './pending.ts';
import type { Picking } from './pick-instance.ts';
import { changeHeaders } from './relay.ts';
import { limitedBody } from './request-body.ts';
import type { RouteMatch } from './route-table.ts';
import type { Filters } from './routes.ts';
import type { Said } from './said.ts';
import type { Trace } from './trace.ts';

/** A request that found its route, with what we know of who sent it. */
export type Exchange = {
  readonly request: Request;
  /** By the request's headers. */
  readonly said: Said;
  readonly target: Target;
  readonly match: RouteMatch;
  readonly hop: Hop;
  readonly trace: Trace;
  /** What the route's filters want of the choice of an instance. */
  readonly picking?: Picking | undefined;
  /** Whether it is made in the place of one that failed. */
  readonly isFallback?: boolean;
  /** Whether the reply of the one before it did not come in time. */
  readonly isSecond?: boolean;
};

/** What is sent to whichever instance takes it. */
export type Message = {
  readonly method: string;
  readonly pathAndQuery: string;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Ends it whenever it is no longer wanted, within the reply as well. */
  readonly signal: AbortSignal;
  /** Whether sending it twice does no more than sending it once, and is possible. */
  readonly isRepeatable: boolean;
};

export function messageOf(exchange: Exchange, waiting: Pending): Message {
  const { request, target, match, hop } = exchange;
  const { route, rewrite } = match;
  const { filters } = route;
  const path = rewrite.forward(target.path);
  // What a rewrite makes of a clean path need not be one.
  if (!path.startsWith('/') || cleanPath(path) !== path) throw notForwardable(path);
  const headers = forwardedHeaders(exchange, rewrite.prefixOf(target.path));
  if (filters.preserveHost) headers.set('host', hop.host);
  if (filters.requestHeaders) changeHeaders(headers, filters.requestHeaders);
  const { method } = request;
  countDown(method, headers);
  // A read has no body: one that has was refused.
  const body = method === 'GET' ? null : bodyOf(request, filters, waiting);
  return {
    method,
    pathAndQuery: path + target.query,
    headers,
    body,
    signal: waiting.controller.signal,
    isRepeatable: body === null && REPEATABLE.has(method),
  };
}

const bodyOf = (request: Request, { maxBodyBytes: maxBytes }: Filters, waiting: Pending) =>
  limitedBody(request, {
    maxBytes,
    onTooLarge: () => waiting.controller.abort(new BodyTooLargeError()),
  });

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function notForwardable(path: string): ProblemError {
  return new ProblemError(400, 'bad-path', 'The path cannot be sent on', {
    detail: `The route makes '${path}' of it`,
  });
}
