import { createBalancer } from 'platform/balancer';
import { createLog } from 'platform/log';
import { createMetrics } from 'platform/metrics';
import { openDiscovery } from 'platform/open-discovery';
import { serve, type ServiceOptions } from 'platform/service';
import { openTracing } from 'platform/tracing';

import { assembleGateway } from './assemble.ts';
import type { GatewayConfig } from './config.ts';
import { gateway as contract } from './contract.ts';
import { membershipOf } from './membership-of.ts';
import { registryPage } from './registry-page.ts';
import { readSettings } from './settings.ts';
import { watchRoutes } from './watch-routes.ts';
import { UP } from './workers.ts';

/** One process of the gateway: the only one, or one of several on one port. */
export async function runGateway(config: GatewayConfig): Promise<void> {
  const { GATEWAY_ROUTES: mode, GATEWAY_ROUTES_FILE: path, GATEWAY_WORKER: worker } = config;
  const { service } = contract;
  const { tls, env, fileRoutes } = await readSettings(config);
  const log = createLog({ name: 'gateway', level: config.LOG_LEVEL });
  // Whoever asks for figures gets one worker's, now of this one and now of that.
  const metrics = createMetrics(worker === undefined ? {} : { worker: String(worker) });
  const tracing = await openTracing({ service, log });

  const discovery = openDiscovery(config, log);
  const gateway = assembleGateway({
    mode,
    fileRoutes,
    discovery,
    balancer: createBalancer({ zone: config.ZONE }),
    webDir: config.WEB_DIR,
    registryPage: registryPage(config.EUREKA_URL),
    isTrusted: config.TRUSTED_PROXIES,
    place: { worker: worker ?? 1, workers: config.GATEWAY_WORKERS },
    log,
    metrics,
    tracing,
  });
  const unwatch = watchRoutes({ path, env, source: gateway.source, log });
  if (mode === 'registry') await discovery.ready();
  serve({
    ...gateway,
    serverOptions: { ...gateway.serverOptions, ...tls, reusePort: worker !== undefined },
    log,
    metrics,
    config,
    register: (worker === undefined ? membershipOf(config, log, discovery) : undefined) ?? nobody,
    async close() {
      unwatch();
      gateway.close();
      discovery.close();
      await tracing?.stop();
    },
  });
  process.send?.(UP);
}

/** Where the parent registers for all, or nobody does: whoever asks has to learn of a stop first. */
const nobody: NonNullable<ServiceOptions['register']> = () => ({
  start: () => undefined,
  stop: () => Promise.resolve(),
});
