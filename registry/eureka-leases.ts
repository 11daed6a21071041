import type { Hono } from 'hono';

import type { EurekaDeps } from './eureka-app.ts';
import { dirtyOf, statusOf } from './instance-query.ts';
import type { Leases } from './leases.ts';
import { refuseTooLarge } from './registrations.ts';

/** What clients say of themselves, but for registering and renewing: that they go, and the like. */
export function addLeaseRoutes(api: Hono, { leases }: EurekaDeps): void {
  api.delete('/apps/:app/:id', (c) => done(leases.cancel(c.req.param('app'), c.req.param('id'))));
  api.put('/apps/:app/:id/metadata', (c) => {
    const { app, id } = c.req.param();
    const instance = leases.find(app, id)?.instance;
    if (instance === undefined) return done(false);
    refuseTooLarge({ ...instance, metadata: { ...instance.metadata, ...c.req.query() } });
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
