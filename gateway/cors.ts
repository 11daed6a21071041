import type { RouteFilter } from './route-filters.ts';
import type { Filters } from './routes.ts';

type Cors = NonNullable<Filters['cors']>;

/** Access from other origins is the gateway's own: what the service says of it is dropped. */
export function corsFilter(cors: Cors): RouteFilter {
  return async (exchange, next) => {
    const { request } = exchange;
    if (isPreflight(request)) return preflightReply(cors, request.headers);
    const reply = await next(exchange);
    if (reply === undefined) return undefined;
    const { headers } = reply;
    for (const name of CORS_HEADERS) headers.delete(name);
    const { vary = '', ...own } = corsHeaders(cors, request.headers.get('origin'));
    headers.append('vary', vary);
    for (const [name, value] of Object.entries(own)) headers.set(name, value);
    return reply;
  };
}

/** Whether a request only asks what another one of the given method may do. */
export const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');

/** The answer to a preflight (Fetch standard §3.2.2); empty headers when the origin is not let in. */
function preflightReply(cors: Cors, headers: Headers): Response {
  const origin = headers.get('origin');
  const allowed = corsHeaders(cors, origin);
  const preflight =
    allowed['access-control-allow-origin'] === undefined
      ? {}
      : {
          'access-control-allow-methods': cors.methods.join(', '),
          'access-control-allow-headers':
            cors.headers?.join(', ') ?? headers.get('access-control-request-headers') ?? '',
          'access-control-max-age': String(cors.maxAgeSeconds),
        };
  return new Response(null, { status: 204, headers: { ...allowed, ...preflight } });
}

/** What every reply to a request of this origin says. */
function corsHeaders(cors: Cors, origin: string | null): Record<string, string> {
  const isAny = cors.origins.includes('*');
  const vary = { vary: 'Origin' };
  if (origin === null || !(isAny || cors.origins.includes(origin))) return vary;
  return {
    ...vary,
    'access-control-allow-origin': isAny ? '*' : origin,
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.exposedHeaders.length > 0
      ? { 'access-control-expose-headers': cors.exposedHeaders.join(', ') }
      : {}),
  };
}

/** Two of one of these make a browser refuse the reply: the gateway's count, the service's go. */
const CORS_HEADERS = [
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
] as const;
