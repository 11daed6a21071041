import type { Server } from 'bun';
import { type App, createApp } from 'platform/app';
import type { Log } from 'platform/log';
import { createMetrics, type Metrics } from 'platform/metrics';
import { ProblemError, problemResponse } from 'platform/problem';

import { createAccess, type User } from './access.ts';
import { createEurekaFront } from './eureka-front.ts';
import { createEventLog } from './event-log.ts';
import type { Leases } from './leases.ts';
import { createProber } from './probe.ts';
import { createRateLimit, type FetchRates } from './rate-limit.ts';
import { addRegistryMetrics } from './registry-metrics.ts';
import { createRestored } from './restored.ts';
import { addStatusRoutes } from './status-routes.ts';
import { createTraffic } from './traffic.ts';
import { createWatch, type Watch } from './watch.ts';

export type RegistryDeps = {
  readonly leases: Leases;
  readonly log: Log;
  readonly maxBodyBytes: number;
  readonly maxInstances?: number;
  readonly metrics?: Metrics;
  /** The address that is listened on. */
  readonly host?: string;
  readonly users?: readonly User[] | undefined;
  /** Beyond these, fetches are refused. */
  readonly fetchRates?: FetchRates | undefined;
};

/** The registry's own pages, as an app like every service's, and what is answered before it. */
export type RegistryApp = {
  readonly app: App;
  readonly watch: Watch;
  readonly restored: ReturnType<typeof createRestored>;
  fetch(request: Request, server?: Server<undefined>): Response | Promise<Response>;
};

export function createRegistryApp(deps: RegistryDeps): RegistryApp {
  const { leases, users, host = '127.0.0.1', metrics = createMetrics() } = deps;
  const app = createApp({ ...deps, metrics });
  const traffic = createTraffic();
  const rateLimit = createRateLimit({ rates: deps.fetchRates, clock: leases.clock });
  const eureka = createEurekaFront({ ...deps, rateLimit, traffic });
  const access = createAccess({ users, host });
  const prober = createProber(deps);
  const restored = createRestored({ leases, check: (id) => prober.check(id) });
  const watch = createWatch({ leases, traffic, onBreak: (id) => prober.check(id) });
  const watchers = () => watch.watchers();
  addStatusRoutes(app, {
    leases,
    events: createEventLog(leases),
    watchers,
    hasUsers: users !== undefined,
  });
  addRegistryMetrics({ registers: metrics.registry, leases, traffic, rateLimit, watchers });

  function otherReply(request: Request, server: Server<undefined> | undefined) {
    const path = new URL(request.url).pathname;
    if (path === '/watch') {
      return request.method === 'GET' ? watch.open(request, server) : onlyGet(request.method);
    }
    const isEureka = path === '/eureka' || path.startsWith('/eureka/');
    return isEureka ? eureka.other(request, path) : app.fetch(request);
  }

  return {
    app,
    watch,
    restored,
    fetch: (request, server) =>
      access(request, server) ?? eureka.frequent(request) ?? otherReply(request, server),
  };
}

function onlyGet(method: string): Response {
  return problemResponse(
    new ProblemError(405, 'method-not-allowed', 'This method is not offered here', {
      detail: `${method} is not GET`,
      headers: { Allow: 'GET' },
    }),
  );
}
