import type { Server } from 'bun';
import type { App } from 'platform/app';
import { unknownPath } from 'platform/app';
import { beginServerSpan, endServerSpan } from 'platform/http-spans';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';
import { ProblemError } from 'platform/problem';
import type { Tracer } from 'platform/tracing';

import type { AccessLog } from './access-log.ts';
import { readTarget, type Target } from './clean-path.ts';
import { SECURE_HEADERS } from './content-policy.ts';
import { isPreflight } from './cors.ts';
import { type Hop, type Trace, VIA_NAME } from './headers.ts';
import type { Exchange } from './message.ts';
import type { RouteRequest } from './predicates.ts';
import type { ProblemReply } from './problem-reply.ts';
import { OWN_SEGMENTS } from './registry-routes.ts';
import { badTarget, complaintAbout } from './request-checks.ts';
import type { RouteSource } from './route-source.ts';
import type { RouteMatch } from './route-table.ts';
import { listOf } from './routes.ts';
import type { StaticFiles } from './static-files.ts';
import { traceOf } from './trace.ts';
import { type IsTrusted, plainAddress } from './trusted-proxies.ts';
import type { UpstreamGate } from './upstream-gate.ts';
import { isWebSocketRequest, type WebSockets } from './web-sockets.ts';

export type GatewayDeps = {
  /** The gateway's own pages. */
  readonly app: App;
  readonly source: RouteSource;
  readonly forward: UpstreamGate;
  readonly sockets: WebSockets;
  readonly problemReply: ProblemReply;
  readonly files: StaticFiles;
  readonly access: AccessLog;
  readonly isTrusted: IsTrusted;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Undefined when no spans are wanted. */
  readonly tracing?: Tracer | undefined;
};

/** Undefined when the connection has become a WebSocket. */
export type GatewayFetch = (
  request: Request,
  server: Server<undefined>,
) => Response | undefined | Promise<Response | undefined>;

/**
 * Takes every request: own paths go to the app, what a route names is sent on, the rest goes to the
 * app again, which has the web app's pages and the problem for unknown paths.
 */
export function createGateway(deps: GatewayDeps): GatewayFetch {
  const { app, source, files } = deps;
  return (request, server) => {
    const target = readTarget(request.url);
    const host = request.headers.get('host') ?? '';
    if (typeof target === 'string') return refuse(badTarget(host, target), request, deps);
    const complaint = complaintAbout(request, host);
    if (complaint !== undefined) return refuse(complaint, request, deps);
    const { path } = target;
    const isApi = path.startsWith('/api/') || path === '/api';
    if (!isApi && (OWN_SEGMENTS.has(firstSegment(path)) || files.has(path)))
      return ownPage(request, server, app);
    const match = source.table().find(routeRequest(request, host, target));
    if (match) return sendOn({ request, server, target, match, host }, deps);
    if (isApi) return refuse(unknownPath(path), request, deps);
    return ownPage(request, server, app);
  };
}

const MOST_HOPS = 10;
/** Waiting for so long is safely within the idle time of every connection. */
const USUAL_WAIT_MS = 60_000;

/** What a route is found by. */
export const routeRequest = (request: Request, host: string, target: Target): RouteRequest => ({
  method: methodToMatch(request),
  host: hostName(host),
  path: target.path,
  query: target.query,
  headers: request.headers,
  random: Math.random(),
});

/** A preflight finds the route of the request that it asks about. */
const methodToMatch = (request: Request): string =>
  isPreflight(request)
    ? (request.headers.get('access-control-request-method') ?? request.method)
    : request.method;

let lastHost = '';
let lastName = '';

/** Nearly all requests name the host that the one before them named. */
function hostName(host: string): string {
  if (host === lastHost) return lastName;
  lastHost = host;
  lastName = readHostName(host);
  return lastName;
}

function readHostName(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = (colon === -1 || host.endsWith(']') ? host : host.slice(0, colon)).toLowerCase();
  // The same name, said to be complete (RFC 1034 §3.1): it must not lead to another route.
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function firstSegment(path: string): string {
  const end = path.indexOf('/', 1);
  return end === -1 ? path.slice(1) : path.slice(1, end);
}

async function ownPage(request: Request, server: Server<undefined>, app: App): Promise<Response> {
  const response = await app.fetch(request);
  for (const [name, value] of Object.entries(SECURE_HEADERS)) response.headers.set(name, value);
  if (isSecure(request)) response.headers.set('strict-transport-security', 'max-age=31536000');
  if (isEventStream(response)) server.timeout(request, 0);
  return response;
}

type Matched = {
  readonly request: Request;
  readonly server: Server<undefined>;
  readonly target: Target;
  readonly match: RouteMatch;
  readonly host: string;
};

async function sendOn(matched: Matched, deps: GatewayDeps): Promise<Response | undefined> {
  const { request, server, target, match } = matched;
  const startedMs = performance.now();
  const { headersTimeoutMs } = match.route.filters;
  if (headersTimeoutMs > USUAL_WAIT_MS)
    server.timeout(request, Math.ceil(headersTimeoutMs / 1000) + 10);
  const span = deps.tracing && beginServerSpan(deps.tracing, request);
  const trace = traceOf(request.headers, span);
  let response: Response | undefined;
  try {
    assertNoLoop(request.headers.get('via'));
    const hop = hopOf(matched, deps.isTrusted);
    const exchange = { request, target, match, hop, trace };
    response = await answer(exchange, server, deps);
  } catch (error) {
    response = deps.problemReply(error, trace);
  }
  // Such a stream may be quiet for as long as it likes.
  if (response && isEventStream(response)) server.timeout(request, 0);
  note(matched, { trace, startedMs, status: response?.status ?? 101 }, deps);
  return response;
}

type Answered = { readonly trace: Trace; readonly startedMs: number; readonly status: number };

/** For those who want to know afterwards: figures, access log and trace. */
function note({ request, target, match }: Matched, answered: Answered, deps: GatewayDeps): void {
  const { trace, startedMs, status } = answered;
  const { method } = request;
  const { id: route, definition } = match.route;
  const durationMs = performance.now() - startedMs;
  deps.metrics.requests.observe(route, method, status, durationMs / 1000);
  const { requestId, traceId, span } = trace;
  deps.access.write({ method, path: target.path, status, startedMs, route, requestId, traceId });
  if (span === undefined) return;
  endServerSpan(span, { method, status, route: listOf(definition.match.path).join(', ') });
}

function answer(exchange: Exchange, server: Server<undefined>, deps: GatewayDeps) {
  const { around } = exchange.match.route;
  const send = isWebSocketRequest(exchange.request) ? deps.sockets.open : deps.forward;
  if (around === undefined) return send(exchange, server);
  return around(exchange, (later) => send(later, server));
}

function hopOf({ request, server, host }: Matched, isTrusted: IsTrusted): Hop {
  const peer = plainAddress(server.requestIP(request)?.address ?? 'unknown');
  return {
    peer,
    isTrusted: isTrusted(peer),
    host,
    scheme: isSecure(request) ? 'https' : 'http',
    server,
  };
}

/** RFC 9110 §7.6.3: our own name among those that passed the request on is a loop. */
function assertNoLoop(via: string | null): void {
  if (via === null) return;
  if (!via.includes(VIA_NAME) && via.split(',').length < MOST_HOPS) return;
  throw new ProblemError(508, 'loop-detected', 'The request runs in a circle', {
    detail: 'A route leads back to the gateway; its Via header shows the way',
  });
}

function refuse(
  problem: ProblemError,
  request: Request,
  { log, metrics, problemReply }: GatewayDeps,
): Response {
  const trace = traceOf(request.headers);
  const { requestId, traceId } = trace;
  const { method, url } = request;
  const { status } = problem;
  // Refused before it took any time worth counting; a method that we do not know might be any word.
  metrics.requests.observe('none', status === 501 ? 'other' : method, status, 0);
  log.info('{method} {url} {status}', { method, url, status, requestId, trace_id: traceId });
  return problemReply(problem, trace);
}

const isSecure = ({ url }: Request): boolean => url.startsWith('https:');

const isEventStream = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') ?? false;
