import { join } from 'node:path';

import { commonConfig, port } from 'platform/config';
import type { Log } from 'platform/log';
import { z } from 'zod';

import { RoutesMode } from './contract.ts';
import { TrustedProxies } from './trusted-proxies.ts';

/** Paths in the environment are meant from the folder of the system, wherever we are started. */
const ROOT = join(import.meta.dir, '..');
const pathFromRoot = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((path) => (path.startsWith('/') ? path : join(ROOT, path)));

export const GatewayConfig = z.object({
  ...commonConfig,
  PORT: port(8888),
  GATEWAY_ROUTES: RoutesMode.default('registry'),
  GATEWAY_ROUTES_FILE: pathFromRoot('gateway/routes.yaml'),
  WEB_DIR: pathFromRoot('web/dist/browser'),
  TRUSTED_PROXIES: TrustedProxies,
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  /** Bun's own limit of fetches under way, read when the process starts. */
  BUN_CONFIG_MAX_HTTP_REQUESTS: z.coerce.number().int().min(1).default(256),
});

/**
 * Bun counts the fetches of all upstreams together: at its default of 256 one stuck service takes
 * the slots of all the others.
 */
export function warnOfFetchLimit(
  { BUN_CONFIG_MAX_HTTP_REQUESTS: limit }: z.output<typeof GatewayConfig>,
  log: Log,
): void {
  if (limit >= ENOUGH_FETCHES) return;
  log.warn('Only {limit} requests can be under way: set BUN_CONFIG_MAX_HTTP_REQUESTS={enough}', {
    limit,
    enough: ENOUGH_FETCHES,
  });
}

const ENOUGH_FETCHES = 4096;
