import { join } from 'node:path';

import { commonConfig, port, wholeNumber } from 'platform/config';
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
  /** How many processes listen on the port. */
  GATEWAY_WORKERS: wholeNumber(1, 64).default(1),
  /** Which of them this is; set by the process that starts them. */
  GATEWAY_WORKER: z.coerce.number().int().min(1).optional(),
});
export type GatewayConfig = z.output<typeof GatewayConfig>;
