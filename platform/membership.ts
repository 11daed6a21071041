import { createDiscovery, type RegistryDiscovery } from './discovery.ts';
import { type Log, silentLog } from './log.ts';
import { hasRegistry } from './open-discovery.ts';
import { createRegistration } from './registration.ts';

type MembershipDeps = {
  readonly service: string;
  readonly config: {
    readonly HOST: string;
    readonly ZONE?: string | undefined;
    readonly EUREKA_URL: readonly string[];
    readonly SERVICE_ADDRESSES: Readonly<Record<string, readonly string[]>>;
  };
  readonly metadata?: Readonly<Record<string, string>>;
  /** Whether it is to be called by TLS. */
  readonly isSecure?: boolean;
  /** Of the process itself, if it has one; its owner closes it, after the registration. */
  readonly discovery?: RegistryDiscovery;
  readonly log: Log;
};

/**
 * What `serve` needs to make a process known: it registers under the port that it got, and follows
 * the registry in the name of its instance, so that its crash is noticed at once. Undefined where a
 * table stands in for the registry: there is nobody to tell.
 */
export function membership(deps: MembershipDeps) {
  const { service, config, metadata = {}, isSecure = false, log } = deps;
  if (!hasRegistry(config)) return undefined;
  const { HOST: host, EUREKA_URL: eurekaUrls, ZONE: zone } = config;
  const described = zone === undefined ? metadata : { ...metadata, zone };
  return (port: number) => {
    const registration = createRegistration({
      eurekaUrls,
      service,
      host,
      port,
      isSecure,
      metadata: described,
      log,
    });
    let presence: RegistryDiscovery | undefined;
    return {
      start() {
        registration.start();
        presence = deps.discovery ?? createDiscovery({ eurekaUrls, log: silentLog });
        presence.followAs(registration.instanceId, registration.renewNow);
      },
      async stop() {
        await registration.stop();
        if (presence !== deps.discovery) presence?.close();
      },
    };
  };
}
