import type { Hono } from 'hono';

import type { EurekaDeps } from './eureka-app.ts';
import { dirtyOf, isFromPeer, statusOf } from './instance-query.ts';
import type { Instance } from './instance.ts';
import type { Leases } from './leases.ts';
import { BadInstanceError, readInstance } from './registration.ts';
import { readInstanceBody } from './request-body.ts';

/** What clients say of themselves: who they are, that they go, and what others are to think. */
export function addLeaseRoutes(api: Hono, deps: EurekaDeps): void {
  const { leases, maxBodyBytes } = deps;
  const strict = leases.mode.strictInput;
  api.post('/apps/:app', async (c) => {
    const raw = await readInstanceBody(c.req.raw, { maxBodyBytes, strict });
    const pathApp = c.req.param('app');
    const instance = readInstance(raw, { pathApp, strict, nowMs: leases.clock() });
    refuseTooMuch(instance, deps);
    leases.register(instance, { fromPeer: isFromPeer(c.req.raw) });
    return c.body(null, 204);
  });
  api.delete('/apps/:app/:id', (c) => done(leases.cancel(c.req.param('app'), c.req.param('id'))));
  api.put('/apps/:app/:id/metadata', (c) => {
    const { app, id } = c.req.param();
    const instance = leases.find(app, id)?.instance;
    if (instance === undefined) return done(false);
    refuseTooMuch({ ...instance, metadata: { ...instance.metadata, ...c.req.query() } }, deps);
    return done(leases.addMetadata(app, id, c.req.query()));
  });
  addOverrides(api, leases);
}

/** A status that is none, or a time stamp that is none, is a 500 in Netflix's server. */
function addOverrides(api: Hono, leases: Leases): void {
  api.put('/apps/:app/:id/status', (c) => {
    const { app, id } = c.req.param();
    const status = statusOf(c.req.query('value'));
    const asked = dirtyOf(new URL(c.req.url).search.slice(1));
    if (status === undefined || Number.isNaN(asked.lastDirtyMs)) return c.body(null, 500);
    return done(leases.override(app, id, status, asked));
  });
  api.delete('/apps/:app/:id/status', (c) => {
    const { app, id } = c.req.param();
    const value = c.req.query('value');
    const status = statusOf(value);
    const asked = dirtyOf(new URL(c.req.url).search.slice(1));
    const isBad = (value !== undefined && status === undefined) || Number.isNaN(asked.lastDirtyMs);
    return isBad ? c.body(null, 500) : done(leases.removeOverride(app, id, status, asked));
  });
}

const done = (isKnown: boolean): Response => new Response(null, { status: isKnown ? 200 : 404 });

/** Far beyond what instances say of themselves. */
const MAX_INSTANCE_CHARACTERS = 32_768;
const MAX_INSTANCES = 50_000;

/** What clients send must not grow without bound, neither one by one nor all together. */
function refuseTooMuch(instance: Instance, { leases, maxInstances = MAX_INSTANCES }: EurekaDeps) {
  if (JSON.stringify(instance).length > MAX_INSTANCE_CHARACTERS) {
    throw new BadInstanceError(`Too large instance: ${MAX_INSTANCE_CHARACTERS} is the limit`);
  }
  const isNew = leases.find(instance.app, instance.id) === undefined;
  if (isNew && leases.size() >= maxInstances) {
    throw new BadInstanceError(`Too many instances: ${maxInstances} is the limit`, 503);
  }
}
