import type { Server } from 'bun';
import { type App, createApp } from 'platform/app';
import type { Log } from 'platform/log';
import type { Metrics } from 'platform/metrics';

import { createEurekaApp, type EurekaDeps, renewalReply } from './eureka-app.ts';
import { statusPage } from './status-page.ts';

type RegistryDeps = EurekaDeps & { readonly log: Log; readonly metrics?: Metrics };

/** The registry's own pages, as an app like every service's, and what is answered before it. */
export type RegistryApp = {
  readonly app: App;
  fetch(request: Request, server: Server<undefined>): Response | Promise<Response>;
};

export function createRegistryApp(deps: RegistryDeps): RegistryApp {
  const app = createApp(deps);
  app.get('/', (c) => c.html(statusPage(deps.leases)));
  const eureka = createEurekaApp(deps);

  return {
    app,
    fetch(request) {
      const renewal = request.method === 'PUT' ? renewalReply(request, deps) : undefined;
      if (renewal !== undefined) return renewal;
      return isEureka(request.url) ? eureka.fetch(request) : app.fetch(request);
    },
  };
}

function isEureka(url: string): boolean {
  const path = new URL(url).pathname;
  return path === '/eureka' || path.startsWith('/eureka/');
}
