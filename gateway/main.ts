import { readConfig } from 'platform/config';
import { createDiscovery } from 'platform/discovery';
import { createLog } from 'platform/log';
import { membership } from 'platform/membership';
import { createMetrics } from 'platform/metrics';
import { serve } from 'platform/service';

import { assembleGateway } from './assemble.ts';
import { GatewayConfig, warnOfFetchLimit } from './config.ts';
import { gateway as contract } from './contract.ts';
import { readRoutesOrExit } from './read-routes.ts';

const config = readConfig(GatewayConfig);
const { GATEWAY_ROUTES: mode, WEB_DIR: webDir, TRUSTED_PROXIES: isTrusted } = config;
const { service } = contract;
const fileRoutes = await readRoutesOrExit(config.GATEWAY_ROUTES_FILE, Bun.env);
const log = createLog({ name: 'gateway', level: config.LOG_LEVEL });
const metrics = createMetrics();
warnOfFetchLimit(config, log);

const discovery = createDiscovery({ eurekaUrls: config.EUREKA_URL, log });
const gateway = assembleGateway({ mode, fileRoutes, discovery, webDir, isTrusted, log, metrics });
if (mode === 'registry') await discovery.ready();
serve({
  ...gateway,
  log,
  metrics,
  config,
  register: membership({ service, config, log }),
  async close() {
    gateway.close();
    discovery.close();
  },
});
