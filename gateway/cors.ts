import type { Filters } from './routes.ts';

type Cors = NonNullable<Filters['cors']>;

/** The answer to a preflight (Fetch standard §3.2.2); empty headers when the origin is not let in. */
export function preflightReply(cors: Cors, headers: Headers): Response {
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
export function corsHeaders(cors: Cors, origin: string | null): Record<string, string> {
  const isAny = cors.origins.includes('*');
  const vary = { vary: 'Origin' };
  if (origin === null || !(isAny || cors.origins.includes(origin))) return vary;
  return {
    ...vary,
    // With credentials the wildcard would not count.
    'access-control-allow-origin': isAny && !cors.credentials ? '*' : origin,
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.exposedHeaders.length > 0
      ? { 'access-control-expose-headers': cors.exposedHeaders.join(', ') }
      : {}),
  };
}

/** Two of one of these make a browser refuse the reply: the gateway's count, the service's go. */
export const CORS_HEADERS = [
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
] as const;
