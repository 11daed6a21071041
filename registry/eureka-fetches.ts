import type { Context, Hono } from 'hono';

import { ENCODINGS, flavourOf } from './encodings.ts';
import type { EurekaDeps } from './eureka-app.ts';
import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';
import type { Bytes, Form } from './reply-cache.ts';

/** Everything that clients read: all applications, what changed, one, one instance, by address. */
export function addFetches(api: Hono, { leases, replies, rateLimit }: EurekaDeps): void {
  const { mode } = leases;
  const get = (path: string, make: (c: Context, form: Form) => Bytes | undefined) => {
    api.get(path, (c) => {
      const isOver = rateLimit.refuses(c.req.raw, path === '/apps');
      if (isOver) return new Response(null, { status: 503 });
      const form = formOf(c.req.raw, mode.strictInput);
      return reply(make(c, form), form);
    });
  };
  get('/apps', (_, form) => replies.applications(form));
  get('/apps/delta', (_, form) => replies.delta(form));
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
