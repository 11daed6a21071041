import { ProblemError } from 'platform/problem';

import { FORWARDED_METHODS } from './forwarded-methods.ts';
import type { Said } from './said.ts';

/** Why a request is refused before anybody looks for its route; undefined when it is not. */
export function complaintAbout(method: string, host: string, said: Said): ProblemError | undefined {
  // Two Host headers arrive joined by a comma; two servers might go by different ones.
  if (!isHost(host)) return badHost();
  if (!FORWARDED.has(method)) return unknownMethod(method);
  if ((method === 'GET' || method === 'HEAD') && hasBody(said))
    return new ProblemError(400, 'unexpected-body', 'A read takes no body', {
      detail: `A ${method} with a body is not sent on`,
    });
  return undefined;
}

const hasBody = (said: Said): boolean =>
  said['transfer-encoding'] !== undefined || Number(said['content-length'] ?? 0) > 0;

/** The problem of a target that could not be read; that of `CONNECT` is a host (RFC 9112 §3.2.3). */
export function badTarget(method: string, host: string, reason: string): ProblemError {
  if (!isHost(host)) return badHost();
  if (!FORWARDED.has(method)) return unknownMethod(method);
  return new ProblemError(400, 'bad-path', 'The path is not valid', {
    detail: `It is refused because ${reason}`,
  });
}

function unknownMethod(method: string): ProblemError {
  return new ProblemError(501, 'method-not-implemented', 'This method is not known here', {
    detail: `${method} is not one of ${FORWARDED_METHODS.join(', ')}`,
  });
}

function badHost(): ProblemError {
  return new ProblemError(400, 'bad-host', 'The Host header is not valid', {
    detail: 'It must name one host and, if need be, a port',
  });
}

const FORWARDED: ReadonlySet<string> = new Set(FORWARDED_METHODS);

let lastHost = '';

/** Nearly all requests name the host that the one before them named. */
function isHost(host: string): boolean {
  if (host === lastHost) return host !== '';
  const [found, port = '0'] = HOST.exec(host) ?? [];
  if (found === undefined || Number(port) > HIGHEST_PORT) return false;
  lastHost = host;
  return true;
}

/** RFC 3986 §3.2: a name, an IPv4 or a bracketed IPv6 address, with or without a port. */
const HOST = /^(?:[\w.~-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;
const HIGHEST_PORT = 65_535;
