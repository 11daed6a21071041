import type { Server } from 'bun';
import type { App } from 'platform/app';
import { unknownPath } from 'platform/app';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';
import { ProblemError, problemResponse } from 'platform/problem';
import { contextOf, type RequestContext, traceparentOf } from 'platform/request-context';

import { readTarget, type Target } from './clean-path.ts';
import { SECURE_HEADERS } from './content-policy.ts';
import type { Forwarder } from './forward.ts';
import { VIA_NAME } from './headers.ts';
import { OWN_SEGMENTS } from './registry-routes.ts';
import type { RouteSource } from './route-source.ts';
import type { RouteMatch } from './route-table.ts';
import { FORWARDED_METHODS } from './routes.ts';
import type { StaticFiles } from './static-files.ts';
import { type IsTrusted, plainAddress } from './trusted-proxies.ts';

export type GatewayDeps = {
  /** The gateway's own pages. */
  readonly app: App;
  readonly source: RouteSource;
  readonly forward: Forwarder;
  readonly files: StaticFiles;
  readonly isTrusted: IsTrusted;
  readonly log: Log;
  readonly metrics: Metrics;
};

export type GatewayFetch = (request: Request, server: Server<undefined>) => Promise<Response>;

/**
 * Takes every request: own paths go to the app, what a route names is sent on, the rest goes to the
 * app again, which has the web app's pages and the problem for unknown paths.
 */
export function createGateway(deps: GatewayDeps): GatewayFetch {
  const { app, source, files } = deps;
  return async (request, server) => {
    const target = readTarget(request.url);
    const complaint = complaintAbout(request, target);
    if (complaint !== undefined) return refuse(complaint, request, deps);
    if (typeof target === 'string') return await app.fetch(request);
    const firstSegment = target.path.slice(1, (target.path.indexOf('/', 1) + 1 || 10_000) - 1);
    const isApi = firstSegment === 'api';
    if (!isApi && (OWN_SEGMENTS.has(firstSegment) || files.has(target.path)))
      return await ownPage(request, server, app);
    const match = source.table().find({
      method: request.method,
      host: hostName(request.headers.get('host') ?? ''),
      path: target.path,
      query: target.query,
      headers: request.headers,
      random: Math.random(),
    });
    if (match) return await sendOn({ request, server, target, match }, deps);
    if (isApi) return refuse(unknownPath(target.path), request, deps);
    return await ownPage(request, server, app);
  };
}

const FORWARDED: ReadonlySet<string> = new Set(FORWARDED_METHODS);
const MOST_HOPS = 10;

function complaintAbout(request: Request, target: Target | string): ProblemError | undefined {
  const { headers, method } = request;
  const host = headers.get('host') ?? '';
  // Two Host headers arrive joined by a comma; two servers might go by different ones.
  if (!HOST.test(host))
    return new ProblemError(400, 'bad-host', 'The Host header is not valid', {
      detail: 'It must name one host and, if need be, a port',
    });
  if (typeof target === 'string')
    return new ProblemError(400, 'bad-path', 'The path is not valid', {
      detail: `It is refused because ${target}`,
    });
  if (!FORWARDED.has(method))
    return new ProblemError(501, 'method-not-implemented', 'This method is not known here', {
      detail: `${method} is not one of ${FORWARDED_METHODS.join(', ')}`,
    });
  const hasBody = headers.has('transfer-encoding') || Number(headers.get('content-length')) > 0;
  if (hasBody && (method === 'GET' || method === 'HEAD'))
    return new ProblemError(400, 'unexpected-body', 'A read takes no body', {
      detail: `A ${method} with a body is not sent on`,
    });
  return undefined;
}

/** RFC 3986 §3.2: a name, an IPv4 or a bracketed IPv6 address, with or without a port. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

const hostName = (host: string): string => host.replace(/:\d+$/, '').toLowerCase();

async function ownPage(request: Request, server: Server<undefined>, app: App): Promise<Response> {
  const response = await app.fetch(request);
  for (const [name, value] of Object.entries(SECURE_HEADERS)) response.headers.set(name, value);
  if (isEventStream(response)) server.timeout(request, 0);
  return response;
}

type Matched = {
  readonly request: Request;
  readonly server: Server<undefined>;
  readonly target: Target;
  readonly match: RouteMatch;
};

async function sendOn(matched: Matched, deps: GatewayDeps): Promise<Response> {
  const { request, server, target, match } = matched;
  const startedMs = performance.now();
  const context = contextOf(request);
  const response = await answer(matched, context, deps);
  // Such a stream may be quiet for as long as it likes.
  if (isEventStream(response)) server.timeout(request, 0);
  const { method } = request;
  const { status } = response;
  const durationMs = performance.now() - startedMs;
  deps.metrics.requests.observe({ operation: match.route.id, method, status }, durationMs / 1000);
  deps.log.info('{method} {path} {status}', {
    method,
    path: target.path,
    status,
    durationMs: Math.round(durationMs * 10) / 10,
    route: match.route.id,
    ...context.logFields,
  });
  return response;
}

async function answer(
  { request, server, target, match }: Matched,
  context: RequestContext,
  { forward, isTrusted, log }: GatewayDeps,
): Promise<Response> {
  const { requestId } = context;
  try {
    assertNoLoop(request.headers.get('via'));
    const peer = plainAddress(server.requestIP(request)?.address ?? 'unknown');
    return await forward({
      request,
      target,
      match,
      hop: {
        peer,
        isTrusted: isTrusted(peer),
        host: request.headers.get('host') ?? '',
        scheme: request.url.startsWith('https:') ? 'https' : 'http',
        port: server.port ?? 0,
      },
      trace: { requestId, traceparent: traceparentOf(context) },
    });
  } catch (error) {
    if (error instanceof ProblemError) return withId(problemResponse(error, requestId), requestId);
    log.error('An unexpected error ended a request', { error, ...context.logFields });
    const problem = new ProblemError(500, 'internal-error', 'Something went wrong on our side');
    return withId(problemResponse(problem, requestId), requestId);
  }
}

/** RFC 9110 §7.6.3: our own name among those that passed the request on is a loop. */
function assertNoLoop(via: string | null): void {
  if (via === null) return;
  if (!via.includes(VIA_NAME) && via.split(',').length < MOST_HOPS) return;
  throw new ProblemError(508, 'loop-detected', 'The request runs in a circle', {
    detail: 'A route leads back to the gateway; its Via header shows the way',
  });
}

function refuse(problem: ProblemError, request: Request, { log }: GatewayDeps): Response {
  const { requestId, logFields } = contextOf(request);
  const { method, url } = request;
  log.info('{method} {url} {status}', { method, url, status: problem.status, ...logFields });
  return withId(problemResponse(problem, requestId), requestId);
}

const isEventStream = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') ?? false;

function withId(response: Response, requestId: string): Response {
  response.headers.set('x-request-id', requestId);
  return response;
}
