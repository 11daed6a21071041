import type { Target } from './clean-path.ts';
import { isPreflight } from './cors.ts';
import type { RouteRequest } from './predicates.ts';

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
