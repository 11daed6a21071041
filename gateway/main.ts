import { createBalancer } from 'platform/balancer';
import { readConfig } from 'platform/config';
import { createLog } from 'platform/log';
import { membership } from 'platform/membership';
import { createMetrics } from 'platform/metrics';
import { openDiscovery } from 'platform/open-discovery';
import { callableHost } from 'platform/ports';
import { serve } from 'platform/service';
import { openTracing } from 'platform/tracing';

import { assembleGateway } from './assemble.ts';
import { GatewayConfig, warnOfFetchLimit } from './config.ts';
import { gateway as contract } from './contract.ts';
import { readRoutesOrExit } from './read-routes.ts';
import { registryPage } from './registry-page.ts';
import { tlsOptions } from './tls.ts';
import { watchRoutes } from './watch-routes.ts';

const config = readConfig(GatewayConfig);
const { GATEWAY_ROUTES: mode, GATEWAY_ROUTES_FILE: path, WEB_DIR: webDir } = config;
const { service } = contract;
const tls = await tlsOptions(config);
// The file may go by HOST, which need not be an address that can be called.
const env = { ...Bun.env, HOST: callableHost(config.HOST) };
const fileRoutes = await readRoutesOrExit(path, env);
const log = createLog({ name: 'gateway', level: config.LOG_LEVEL });
const metrics = createMetrics();
const tracing = await openTracing({ service, log });
const isTrusted = config.TRUSTED_PROXIES;
warnOfFetchLimit(config, log);

const discovery = openDiscovery(config, log);
const gateway = assembleGateway({
  mode,
  fileRoutes,
  discovery,
  balancer: createBalancer({ zone: config.ZONE }),
  webDir,
  registryPage: registryPage(config.EUREKA_URL),
  isTrusted,
  fetchLimit: config.BUN_CONFIG_MAX_HTTP_REQUESTS,
  log,
  metrics,
  tracing,
});
const unwatch = watchRoutes({ path, env, source: gateway.source, log });
if (mode === 'registry') await discovery.ready();
serve({
  ...gateway,
  serverOptions: { ...gateway.serverOptions, ...tls },
  log,
  metrics,
  config,
  register: membership({ service, config, log }),
  async close() {
    unwatch();
    gateway.close();
    discovery.close();
    await tracing?.stop();
  },
});
