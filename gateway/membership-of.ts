import type { RegistryDiscovery } from 'platform/discovery';
import type { Log } from 'platform/log';
import { membership } from 'platform/membership';

import type { GatewayConfig } from './config.ts';
import { gateway } from './contract.ts';

/** How the gateway makes itself known to the registry, if there is one. */
export function membershipOf(
  config: GatewayConfig,
  log: Log,
  discovery?: RegistryDiscovery,
): ReturnType<typeof membership> {
  const isSecure = config.TLS_CERT_FILE !== undefined;
  return membership({
    service: gateway.service,
    config,
    isSecure,
    log,
    ...(discovery && { discovery }),
  });
}
