import type { Context, Hono } from 'hono';

import { ENCODINGS, flavourOf } from './encodings.ts';
import type { EurekaDeps } from './eureka-app.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import type { Bytes, Form } from './reply-cache.ts';

type FetchDeps = Pick<EurekaDeps, 'leases' | 'replies' | 'rateLimit'>;

/**
 * Answers what clients fetch every half minute, all applications or what has changed of them, without
 * any router; undefined for another path.
 */
export function listReply(request: Request, deps: FetchDeps): Response | undefined {
  const match = LISTS.exec(request.url);
  if (match === null) return undefined;
  const isFull = match[1] === undefined;
  return fetched(request, deps, isFull, (form) =>
    isFull ? deps.replies.applications(form) : deps.replies.delta(form),
  );
}

const LISTS = /^\w+:\/\/[^/]+\/eureka\/(?:v2\/)?apps(\/delta)?\/?(?:\?.*)?$/;

/** Everything else that clients read: one application, one instance, by address. */
export function addFetches(api: Hono, deps: FetchDeps): void {
  const { leases, replies } = deps;
  const get = (path: string, make: (c: Context, form: Form) => Bytes | undefined) => {
    api.get(path, (c) => fetched(c.req.raw, deps, false, (form) => make(c, form)));
  };
  get('/apps/:app', (c, form) => replies.application(nameOf(c, 'app').toUpperCase(), form));
  get('/apps/:app/:id', (c, form) => {
    const lease = visible(leases, leases.find(nameOf(c, 'app'), nameOf(c, 'id')));
    return lease && replies.instance(lease, form);
  });
  get('/instances/:id', (c, form) => {
    const lease = visible(leases, leases.findById(nameOf(c, 'id')));
    return lease && replies.instance(lease, form);
  });
  get('/vips/:address', (c, form) =>
    replies.virtualAddress('vipAddress', nameOf(c, 'address'), form),
  );
  get('/svips/:address', (c, form) =>
    replies.virtualAddress('secureVipAddress', nameOf(c, 'address'), form),
  );
}

function fetched(
  request: Request,
  { leases, rateLimit }: FetchDeps,
  isFull: boolean,
  make: (form: Form) => Bytes | undefined,
): Response {
  if (rateLimit.refuses(request, isFull)) return new Response(null, { status: 503 });
  const form = formOf(request, leases.mode.strictInput);
  return reply(make(form), form);
}

const nameOf = (c: Context, name: string): string => c.req.param(name) ?? '';

/** Netflix's server hides a lease that ran out, before its evictor comes by. */
function visible(leases: Leases, lease: Lease | undefined): Lease | undefined {
  const isHidden =
    leases.mode.name === 'strict' &&
    lease !== undefined &&
    leases.clock() > lease.expiresMs &&
    !leases.preservation().active;
  return isHidden ? undefined : lease;
}

/** Netflix's server compresses for clients that say nothing; ours only for those that ask. */
function formOf({ headers }: Request, gzipUnlessSaid: boolean): Form {
  const accepted = headers.get('accept-encoding');
  return { flavour: flavourOf(headers), gzip: accepted?.includes('gzip') ?? gzipUnlessSaid };
}

function reply(bytes: Bytes | undefined, { flavour, gzip }: Form): Response {
  if (bytes === undefined) return new Response(null, { status: 404 });
  const headers = new Headers({
    'content-type': ENCODINGS[flavour].contentType,
    'content-length': String(bytes.length),
  });
  if (gzip) headers.set('content-encoding', 'gzip');
  return new Response(bytes, { headers });
}
