import type { Server } from 'bun';
import { type App, createApp } from 'platform/app';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';

import { createEurekaApp, type EurekaDeps, renewalReply } from './eureka-app.ts';
import { createProber } from './probe.ts';
import { statusPage } from './status-page.ts';
import { createWatch, type Watch } from './watch.ts';

export type RegistryDeps = EurekaDeps & { readonly log: Log; readonly metrics?: Metrics };

/** The registry's own pages, as an app like every service's, and what is answered before it. */
export type RegistryApp = {
  readonly app: App;
  fetch(request: Request, server?: Server<undefined>): Response | Promise<Response>;
  readonly watch: Watch;
};

export function createRegistryApp(deps: RegistryDeps): RegistryApp {
  const app = createApp(deps);
  app.get('/', (c) => c.html(statusPage(deps.leases)));
  const eureka = createEurekaApp(deps);
  const prober = createProber(deps);
  const watch = createWatch({ leases: deps.leases, onBreak: (id) => prober.check(id) });

  return {
    app,
    watch,
    fetch(request, server) {
      const renewal = request.method === 'PUT' ? renewalReply(request, deps) : undefined;
      if (renewal !== undefined) return renewal;
      const path = new URL(request.url).pathname;
      if (path === '/watch' && request.method === 'GET') return watch.open(request, server);
      const isEureka = path === '/eureka' || path.startsWith('/eureka/');
      return isEureka ? eureka.fetch(request) : app.fetch(request);
    },
  };
}
