import { createDiscovery, fixedDiscovery, type RegistryDiscovery } from './discovery.ts';
import type { Log } from './log.ts';

type DiscoveryConfig = {
  readonly EUREKA_URL: readonly string[];
  readonly SERVICE_ADDRESSES: Readonly<Record<string, readonly string[]>>;
};

/** Who is where, as this process is told: by a registry, or by a table where none runs. */
export function openDiscovery(config: DiscoveryConfig, log: Log): RegistryDiscovery {
  return hasRegistry(config)
    ? createDiscovery({ eurekaUrls: config.EUREKA_URL, log })
    : { ...fixedDiscovery(config.SERVICE_ADDRESSES), followAs: () => undefined };
}

/** Whether there is a registry to ask and to register at. */
export function hasRegistry({
  SERVICE_ADDRESSES,
}: Pick<DiscoveryConfig, 'SERVICE_ADDRESSES'>): boolean {
  return Object.keys(SERVICE_ADDRESSES).length === 0;
}
