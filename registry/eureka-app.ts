import { type Context, Hono } from 'hono';

import { ENCODINGS, flavourOf, freshTextOf } from './encodings.ts';
import { type InstancePath, instancePathOf } from './instance-path.ts';
import { isStatus, type Status } from './instance.ts';
import type { Leases, RenewalOutcome } from './leases.ts';
import { BadInstanceError, readInstance } from './registration.ts';
import { type Bytes, createReplies, type Form } from './replies.ts';
import { readInstanceBody, UnreadableBodyError } from './request-body.ts';

export type EurekaDeps = { readonly leases: Leases; readonly maxBodyBytes: number };

/**
 * Eureka's REST protocol under `/eureka` and `/eureka/v2`, each path with and without a slash at its
 * end. Replies to anything but a GET are empty unless a registration was refused: Java's clients
 * take any body for an instance.
 */
export function createEurekaApp(deps: EurekaDeps): Hono {
  const api = new Hono({ strict: false });
  addReading(api, deps);
  addLeases(api, deps);
  addOverrides(api, deps);
  const app = new Hono({ strict: false });
  app.route('/eureka', api).route('/eureka/v2', api);
  app.notFound((c) => c.body(null, 404));
  app.onError((error) => refusal(error));
  return app;
}

/** Answers a renewal without any router; undefined for every other request. */
export function renewalReply(request: Request, { leases }: EurekaDeps): Response | undefined {
  const path = instancePathOf(request.url);
  if (path === undefined) return undefined;
  const { app, id, query } = path;
  const asked = { ...dirtyOf(query), fromPeer: isFromPeer(request) };
  if (Number.isNaN(asked.lastDirtyMs)) return new Response(null, { status: 500 });
  const outcome = leases.renew(app, id, asked);
  if (asked.fromPeer) return peerRenewalReply(leases, path, outcome);
  return new Response(null, { status: RENEWAL_STATUS[outcome] });
}

const RENEWAL_STATUS: Readonly<Record<RenewalOutcome, number>> = {
  renewed: 200,
  older: 200,
  unknown: 404,
  newer: 404,
};

/** A peer that knows less is told what is known here; an override of one that knows more is taken. */
function peerRenewalReply(leases: Leases, path: InstancePath, outcome: RenewalOutcome): Response {
  const { app, id, query } = path;
  if (outcome === 'newer') {
    const override = statusOf(new URLSearchParams(query).get('overriddenstatus'));
    if (override !== undefined && override !== 'UNKNOWN') leases.adoptOverride(app, id, override);
  }
  const lease = outcome === 'older' ? leases.find(app, id) : undefined;
  if (lease === undefined) return new Response(null, { status: RENEWAL_STATUS[outcome] });
  return new Response(ENCODINGS.json.instanceReply(freshTextOf(lease.entry, 'json')), {
    status: 409,
    headers: { 'content-type': ENCODINGS.json.contentType },
  });
}

function addReading(api: Hono, { leases }: EurekaDeps): void {
  const replies = createReplies(leases);
  api.get('/apps', (c) => reply(c, (form) => replies.applications(form)));
  api.get('/apps/delta', (c) => reply(c, (form) => replies.delta(form)));
  api.get('/apps/:app', (c) =>
    reply(c, (form) => replies.application(c.req.param('app').toUpperCase(), form)),
  );
  api.get('/apps/:app/:id', (c) => {
    const lease = leases.find(c.req.param('app'), c.req.param('id'));
    return reply(c, (form) => lease && replies.instance(lease, form));
  });
  api.get('/instances/:id', (c) => {
    const lease = leases.findById(c.req.param('id'));
    return reply(c, (form) => lease && replies.instance(lease, form));
  });
  api.get('/vips/:address', (c) =>
    reply(c, (form) => replies.virtualAddress('vipAddress', c.req.param('address'), form)),
  );
  api.get('/svips/:address', (c) =>
    reply(c, (form) => replies.virtualAddress('secureVipAddress', c.req.param('address'), form)),
  );
}

function addLeases(api: Hono, { leases, maxBodyBytes }: EurekaDeps): void {
  const strict = leases.mode.strictInput;
  api.post('/apps/:app', async (c) => {
    const raw = await readInstanceBody(c.req.raw, { maxBodyBytes, strict });
    const pathApp = c.req.param('app');
    const instance = readInstance(raw, { pathApp, strict, nowMs: leases.clock() });
    leases.register(instance, { fromPeer: isFromPeer(c.req.raw) });
    return c.body(null, 204);
  });
  api.delete('/apps/:app/:id', (c) => done(leases.cancel(c.req.param('app'), c.req.param('id'))));
  api.put('/apps/:app/:id/metadata', (c) => {
    const { app, id } = c.req.param();
    return done(leases.addMetadata(app, id, c.req.query()));
  });
}

/** A status that is none, or a time stamp that is none, is a 500 in Netflix's server. */
function addOverrides(api: Hono, { leases }: EurekaDeps): void {
  api.put('/apps/:app/:id/status', (c) => {
    const { app, id } = c.req.param();
    const status = statusOf(c.req.query('value'));
    const asked = dirtyOf(queryOf(c));
    if (status === undefined || Number.isNaN(asked.lastDirtyMs)) return c.body(null, 500);
    return done(leases.override(app, id, status, asked));
  });
  api.delete('/apps/:app/:id/status', (c) => {
    const { app, id } = c.req.param();
    const value = c.req.query('value');
    const status = statusOf(value);
    const asked = dirtyOf(queryOf(c));
    const isBad = (value !== undefined && status === undefined) || Number.isNaN(asked.lastDirtyMs);
    return isBad ? c.body(null, 500) : done(leases.removeOverride(app, id, status, asked));
  });
}

function reply(c: Context, make: (form: Form) => Bytes | undefined): Response {
  const { headers } = c.req.raw;
  const form = {
    flavour: flavourOf(headers),
    gzip: headers.get('accept-encoding')?.includes('gzip') ?? false,
  };
  const bytes = make(form);
  if (bytes === undefined) return new Response(null, { status: 404 });
  return new Response(bytes, {
    headers: {
      'content-type': ENCODINGS[form.flavour].contentType,
      ...(form.gzip ? { 'content-encoding': 'gzip' } : {}),
    },
  });
}

const done = (isKnown: boolean): Response => new Response(null, { status: isKnown ? 200 : 404 });

function refusal(error: Error): Response {
  if (error instanceof UnreadableBodyError) {
    return Response.json({ error: error.message }, { status: error.status });
  }
  if (error instanceof BadInstanceError) {
    return new Response(error.message, {
      status: 400,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  return new Response(null, { status: 500 });
}

/** Netflix's server answers a time stamp that is none with 500, and so do we: that is the NaN. */
function dirtyOf(query: string): { readonly lastDirtyMs?: number } {
  const text = /(?:^|&)lastDirtyTimestamp=([^&]*)/.exec(query)?.[1];
  if (text === undefined || text === '') return {};
  return { lastDirtyMs: /^-?\d+$/.test(text) ? Number(text) : Number.NaN };
}

const queryOf = (c: Context): string => new URL(c.req.url).search.slice(1);

function statusOf(value: string | null | undefined): Status | undefined {
  return isStatus(value) ? value : undefined;
}

const isFromPeer = (request: Request): boolean =>
  request.headers.get('x-netflix-discovery-replication') === 'true';
