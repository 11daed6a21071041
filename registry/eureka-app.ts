import { Hono } from 'hono';

import { addFetches } from './eureka-fetches.ts';
import { addLeaseRoutes } from './eureka-leases.ts';
import { addServerRoutes } from './eureka-server.ts';
import type { Leases } from './leases.ts';
import type { RateLimit } from './rate-limit.ts';
import { refusal } from './refusal.ts';
import type { Replies } from './replies.ts';

export type EurekaDeps = {
  readonly leases: Leases;
  readonly replies: Replies;
  readonly rateLimit: RateLimit;
  readonly maxBodyBytes: number;
  readonly maxInstances?: number;
};

/**
 * Eureka's REST protocol under `/eureka` and `/eureka/v2`, each path with and without a slash at its
 * end, but for what is heard all day (see `eureka-front.ts`). Replies to anything but a GET are empty
 * unless a registration was refused: Java's clients take any body for an instance.
 */
export function createEurekaApp(deps: EurekaDeps): Hono {
  const api = new Hono({ strict: false });
  addFetches(api, deps);
  addLeaseRoutes(api, deps);
  addServerRoutes(api, deps);
  const app = new Hono({ strict: false });
  app.route('/eureka', api).route('/eureka/v2', api);
  app.notFound((c) => c.body(null, 404));
  app.onError((error, c) => refusal(error, c.req.raw));
  return app;
}
