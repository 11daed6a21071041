import type { Server } from 'bun';
import { type App, createApp } from 'platform/app';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';

import { createAccess, type User } from './access.ts';
import { createEurekaApp, type EurekaDeps, renewalReply } from './eureka-app.ts';
import { createEventLog } from './event-log.ts';
import { createProber } from './probe.ts';
import { addStatusRoutes } from './status-routes.ts';
import { createWatch, type Watch } from './watch.ts';

export type RegistryDeps = EurekaDeps & {
  readonly log: Log;
  readonly metrics?: Metrics;
  /** The address that is listened on. */
  readonly host?: string;
  readonly users?: readonly User[] | undefined;
};

/** The registry's own pages, as an app like every service's, and what is answered before it. */
export type RegistryApp = {
  readonly app: App;
  readonly watch: Watch;
  fetch(request: Request, server?: Server<undefined>): Response | Promise<Response>;
};

export function createRegistryApp(deps: RegistryDeps): RegistryApp {
  const { leases, users, host = '127.0.0.1' } = deps;
  const app = createApp(deps);
  const eureka = createEurekaApp(deps);
  const access = createAccess({ users, host });
  const prober = createProber(deps);
  const watch = createWatch({ leases, onBreak: (id) => prober.check(id) });
  const events = createEventLog(leases);
  addStatusRoutes(app, { leases, events, watch, hasUsers: users !== undefined });

  return {
    app,
    watch,
    fetch(request, server) {
      const refusal = access(request, server);
      if (refusal !== undefined) return refusal;
      const renewal = request.method === 'PUT' ? renewalReply(request, deps) : undefined;
      if (renewal !== undefined) return renewal;
      const path = new URL(request.url).pathname;
      if (path === '/watch' && request.method === 'GET') return watch.open(request, server);
      const isEureka = path === '/eureka' || path.startsWith('/eureka/');
      return isEureka ? eureka.fetch(request) : app.fetch(request);
    },
  };
}
