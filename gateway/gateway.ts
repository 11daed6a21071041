import type { Server } from 'bun';
import type { App } from 'platform/app';
import { unknownPath } from 'platform/app';
import { beginServerSpan, endServerSpan } from 'platform/http-spans';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';
import type { ProblemError } from 'platform/problem';
import type { Tracer } from 'platform/tracing';

import type { AccessLog } from './access-log.ts';
import { readTarget, type Target } from './clean-path.ts';
import { SECURE_HEADERS } from './content-policy.ts';
import { letBeQuiet } from './event-stream.ts';
import { hopOf, isSecure } from './hop.ts';
import { answerInstead } from './max-forwards.ts';
import type { Exchange } from './message.ts';
import { listOf } from './one-or-many.ts';
import type { ProblemReply } from './problem-reply.ts';
import { OWN_SEGMENTS } from './registry-routes.ts';
import { badTarget, complaintAbout } from './request-checks.ts';
import { routeRequest } from './route-request.ts';
import type { RouteSource } from './route-source.ts';
import type { RouteMatch } from './route-table.ts';
import { type Said, saidBy } from './said.ts';
import type { StaticFiles } from './static-files.ts';
import { type Trace, traceOf } from './trace.ts';
import type { IsTrusted } from './trusted-proxies.ts';
import type { UpstreamGate } from './upstream-gate.ts';
import { assertNoLoop } from './via.ts';
import { asksForWebSocket, type WebSockets } from './web-sockets.ts';

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
    const said = saidBy(request.headers);
    const { host = '' } = said;
    if (typeof target === 'string')
      return refuse(badTarget(request.method, host, target), { request, said }, deps);
    const complaint = complaintAbout(request.method, host, said);
    if (complaint !== undefined) return refuse(complaint, { request, said }, deps);
    const { path } = target;
    const isApi = path.startsWith('/api/') || path === '/api';
    if (!isApi && (OWN_SEGMENTS.has(firstSegment(path)) || files.has(path)))
      return ownPage(request, server, app);
    const match = source.table().find(routeRequest(request, host, target));
    if (match) return sendOn({ request, said, server, target, match, host }, deps);
    if (isApi) return refuse(unknownPath(path), { request, said }, deps);
    return ownPage(request, server, app);
  };
}

/** Waiting for so long is safely within the idle time of every connection. */
const USUAL_WAIT_MS = 60_000;

function firstSegment(path: string): string {
  const end = path.indexOf('/', 1);
  return end === -1 ? path.slice(1) : path.slice(1, end);
}

async function ownPage(request: Request, server: Server<undefined>, app: App): Promise<Response> {
  const response = await app.fetch(request);
  for (const [name, value] of Object.entries(SECURE_HEADERS)) response.headers.set(name, value);
  if (isSecure(request)) response.headers.set('strict-transport-security', 'max-age=31536000');
  letBeQuiet(response.headers.get('content-type'), { request, server });
  return response;
}

type Matched = {
  readonly request: Request;
  readonly said: Said;
  readonly server: Server<undefined>;
  readonly target: Target;
  readonly match: RouteMatch;
  readonly host: string;
};

async function sendOn(matched: Matched, deps: GatewayDeps): Promise<Response | undefined> {
  const { request, said, server, target, match } = matched;
  const startedMs = performance.now();
  const { headersTimeoutMs } = match.route.filters;
  if (headersTimeoutMs > USUAL_WAIT_MS)
    server.timeout(request, Math.ceil(headersTimeoutMs / 1000) + 10);
  const span = deps.tracing && beginServerSpan(deps.tracing, request);
  const trace = traceOf(said, span);
  let response: Response | undefined;
  try {
    assertNoLoop(said['via']);
    const hop = hopOf(matched, deps.isTrusted);
    const exchange = { request, said, target, match, hop, trace };
    response = await answer(exchange, server, deps);
  } catch (error) {
    response = deps.problemReply(error, trace);
  }
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
  deps.access.write({ method, path: target.path, status, durationMs, route, requestId, traceId });
  if (span === undefined) return;
  endServerSpan(span, { method, status, route: listOf(definition.match.path).join(', ') });
}

function answer(exchange: Exchange, server: Server<undefined>, deps: GatewayDeps) {
  const instead = answerInstead(exchange.request.method, exchange.said);
  if (instead !== undefined) return instead;
  const { around } = exchange.match.route;
  const send = asksForWebSocket(exchange) ? deps.sockets.open : deps.forward;
  if (around === undefined) return send(exchange, server);
  return around(exchange, (later) => send(later, server));
}

function refuse(
  problem: ProblemError,
  { request, said }: Pick<Matched, 'request' | 'said'>,
  { log, metrics, problemReply }: GatewayDeps,
): Response {
  const trace = traceOf(said);
  const { requestId, traceId } = trace;
  const { method, url } = request;
  const { status } = problem;
  // Refused before it took any time worth counting; a method that we do not know might be any word.
  metrics.requests.observe('none', status === 501 ? 'other' : method, status, 0);
  log.info('{method} {url} {status}', { method, url, status, requestId, trace_id: traceId });
  return problemReply(problem, trace);
}
