import { Hono } from 'hono';

import { addFetches } from './eureka-fetches.ts';
import { addLeaseRoutes } from './eureka-leases.ts';
import { addServerRoutes } from './eureka-server.ts';
import type { Leases } from './leases.ts';
import type { RateLimit } from './rate-limit.ts';
import { BadInstanceError } from './registration.ts';
import type { Replies } from './replies.ts';
import { UnreadableBodyError } from './request-body.ts';

export type EurekaDeps = {
  readonly leases: Leases;
  readonly replies: Replies;
  readonly rateLimit: RateLimit;
  readonly maxBodyBytes: number;
  readonly maxInstances?: number;
};

/**
 * Eureka's REST protocol under `/eureka` and `/eureka/v2`, each path with and without a slash at its
 * end; renewals are in `renewals.ts`. Replies to anything but a GET are empty unless a registration
 * was refused: Java's clients take any body for an instance.
 */
export function createEurekaApp(deps: EurekaDeps): Hono {
  const api = new Hono({ strict: false });
  addFetches(api, deps);
  addLeaseRoutes(api, deps);
  addServerRoutes(api, deps);
  const app = new Hono({ strict: false });
  app.route('/eureka', api).route('/eureka/v2', api);
  app.notFound((c) => c.body(null, 404));
  app.onError((error, c) => refusal(error, c.req.header('content-type') ?? ''));
  return app;
}

/** What is wrong with a registration, in words; everything unexpected stays unsaid. */
function refusal(error: Error, contentType: string): Response {
  if (error instanceof BadInstanceError) {
    return new Response(error.message, {
      status: error.status,
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
  }
  if (!(error instanceof UnreadableBodyError)) return new Response(null, { status: 500 });
  const { status, message } = error;
  if (!contentType.includes('xml')) return Response.json({ error: message }, { status });
  return new Response(`<error><message>${Bun.escapeHTML(message)}</message></error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });
}
