import { callableHost } from 'platform/ports';
import { tracingSettings } from 'platform/tracing-settings';

import type { GatewayConfig } from './config.ts';
import { readRoutesOrExit } from './read-routes.ts';
import { tlsOptions } from './tls.ts';

/**
 * What a process of the gateway goes by beside its own variables. Whatever is wrong ends the process
 * with one line, before anything runs.
 */
export async function readSettings(config: GatewayConfig) {
  const tls = await tlsOptions(config);
  // The file may go by HOST, which need not be an address that can be called.
  const env = { ...Bun.env, HOST: callableHost(config.HOST) };
  const fileRoutes = await readRoutesOrExit(config.GATEWAY_ROUTES_FILE, env);
  tracingSettings();
  return { tls, env, fileRoutes };
}
