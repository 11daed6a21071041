import { ProblemError } from 'platform/problem';

import { cleanPath, type Target } from './clean-path.ts';
import { BodyTooLargeError } from './failures.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { changeFields, type HeaderFields } from './header-fields.ts';
import type { Hop } from './hop.ts';
import { countDown } from './max-forwards.ts';
import { endWork, type Pending } from './pending.ts';
import type { Picking } from './pick-instance.ts';
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
  readonly headers: HeaderFields;
  readonly body: ReadableStream<Uint8Array> | null;
  /** In bytes, of the body; undefined where it is not known before its end. */
  readonly length: number | undefined;
  /** By which it is ended whenever it is no longer wanted, within the reply as well. */
  readonly waiting: Pending;
  /** Whether sending it twice does no more than sending it once, and is possible. */
  readonly isRepeatable: boolean;
};

export function messageOf(exchange: Exchange, waiting: Pending): Message {
  const { request, match } = exchange;
  const { filters } = match.route;
  const { pathAndQuery, headers } = outgoing(exchange);
  const { method } = request;
  countDown(method, headers);
  // A read has no body: one that has was refused.
  const body = method === 'GET' ? null : bodyOf(request, filters, waiting);
  return {
    method,
    pathAndQuery,
    headers,
    body,
    length: lengthOf(exchange.said),
    waiting,
    isRepeatable: body === null && REPEATABLE.has(method),
  };
}

/** What an instance is asked for, in which words, whatever it is asked by. */
export function outgoing(exchange: Exchange): Pick<Message, 'pathAndQuery' | 'headers'> {
  const { target, match, hop } = exchange;
  const { route, rewrite } = match;
  const { preserveHost, requestHeaders } = route.filters;
  const path = rewrite.forward(target.path);
  // What a rewrite makes of a clean path need not be one.
  if (!path.startsWith('/') || cleanPath(path) !== path) throw notForwardable(path);
  const headers = forwardedHeaders(exchange, rewrite.prefixOf(target.path));
  if (preserveHost) headers['host'] = hop.host;
  if (requestHeaders) changeFields(headers, requestHeaders);
  return { pathAndQuery: path + target.query, headers };
}

const bodyOf = (request: Request, { maxBodyBytes: maxBytes }: Filters, waiting: Pending) =>
  limitedBody(request, {
    maxBytes,
    onTooLarge: () => endWork(waiting, new BodyTooLargeError()),
  });

/** Two equal lengths arrive as `2, 2`. */
function lengthOf(said: Said): number | undefined {
  const length = said['content-length'];
  return length === undefined ? undefined : Number.parseInt(length, 10);
}

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

function notForwardable(path: string): ProblemError {
  return new ProblemError(400, 'bad-path', 'The path cannot be sent on', {
    detail: `The route makes '${path}' of it`,
  });
}
