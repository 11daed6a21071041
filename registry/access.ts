import { createHash } from 'node:crypto';

import { ProblemError, problemResponse } from 'platform/problem';
import { z } from 'zod';

export type Role = 'read' | 'write';
export type User = { readonly name: string; readonly password: string; readonly role: Role };

/** `name:password:read,name:password:write`; a password may hold colons, but no comma. */
export const UserList = z
  .string()
  .transform((list) =>
    list.split(',').map((item) => /^([^:]+):(.+):(read|write)$/.exec(item.trim())),
  )
  .refine((matches) => matches.every((match) => match !== null), {
    message: 'must be name:password:read or name:password:write, separated by commas',
  })
  .transform((matches): User[] =>
    matches.flatMap((match) => {
      const [, name, password, role] = match ?? [];
      if (name === undefined || password === undefined) return [];
      return [{ name, password, role: role === 'write' ? 'write' : 'read' }];
    }),
  );

type AccessDeps = {
  /** Undefined: everything is open to this machine, and nothing to others. */
  readonly users?: readonly User[] | undefined;
  /** The address that is listened on: one that only this machine reaches needs no further look. */
  readonly host: string;
};

/** Tells who is asking; a Bun server does. */
type Peers = { requestIP(request: Request): { readonly address: string } | null };

/** The answer to a request that may not be made; undefined for one that may. */
export type Access = (request: Request, server?: Peers) => Response | undefined;

/** Who may ask for what; what another site has a browser post is refused whoever the browser belongs to. */
export function createAccess(deps: AccessDeps): Access {
  const refuseCaller = accessOfCallers(deps);
  return (request, server) => refuseOtherSite(request) ?? refuseCaller(request, server);
}

/**
 * A browser sends the password along with whatever any page makes it post, and reaches this machine
 * though nobody else does. Of what changes anything it asks first, but for a post, and gets no leave.
 */
function refuseOtherSite(request: Request): Response | undefined {
  if (request.method !== 'POST') return undefined;
  const origin = request.headers.get('origin');
  if (origin === null || URL.parse(origin)?.host === request.headers.get('host')) return undefined;
  return refusal(request, 403, 'This was asked for by another site');
}

function accessOfCallers({ users, host }: AccessDeps): Access {
  if (users !== undefined) return byPassword(users);
  if (isLoopback(host) || host === 'localhost') return () => undefined;
  return (request, server) => {
    const address = server?.requestIP(request)?.address;
    if (address === undefined || isLoopback(address) || isOpen(request)) return undefined;
    return refusal(request, 403, 'Only this machine has access', {
      detail: 'Start the registry with REGISTRY_USERS to let others in with a password',
    });
  };
}

function byPassword(users: readonly User[]): Access {
  const roles = new Map(
    users.map(({ name, password, role }) => [digest(`${name}:${password}`), role]),
  );
  return (request) => {
    if (isOpen(request)) return undefined;
    const role = roles.get(digest(credentialsOf(request)));
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    if (role === 'write' || (role === 'read' && isReading)) return undefined;
    if (role === 'read' && isEureka(request)) {
      return refusal(request, 403, 'This user may only read');
    }
    return refusal(request, 401, 'A name and a password are needed', {
      headers: { 'www-authenticate': 'Basic realm="registry", charset="UTF-8"' },
    });
  };
}

/** Compared by digest, whose timing tells nothing of what a password begins with. */
function digest(credentials: string): string {
  return createHash('sha256').update(credentials).digest('base64');
}

function credentialsOf(request: Request): string {
  const encoded = /^basic\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString();
}

/** Whoever starts and stops processes asks this, without a password. */
const isOpen = ({ url }: Request): boolean => new URL(url).pathname.startsWith('/health/');

const isEureka = ({ url }: Request): boolean => new URL(url).pathname.startsWith('/eureka');

function refusal(
  request: Request,
  status: 401 | 403,
  title: string,
  options: ConstructorParameters<typeof ProblemError>[3] = {},
): Response {
  const type = status === 401 ? 'unauthorized' : 'forbidden';
  if (!isEureka(request)) return problemResponse(new ProblemError(status, type, title, options));
  return new Response(null, { status, headers: { ...options.headers } });
}

function isLoopback(address: string): boolean {
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(address);
}
