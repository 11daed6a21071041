import { createDiscovery } from './discovery.ts';
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
  readonly log: Log;
};

/**
 * What `serve` needs to make a process known: it registers under the port that it got, and holds
 * the registry's push stream in the name of its instance, so that its crash is noticed at once.
 * Undefined where a table stands in for the registry: there is nobody to tell.
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
    let presence: { close(): void } | undefined;
    return {
      start() {
        registration.start();
        const watchAs = registration.instanceId;
        const onConnect = registration.renewNow;
        presence = createDiscovery({ eurekaUrls, watchAs, onConnect, log: silentLog });
      },
      async stop() {
        await registration.stop();
        presence?.close();
      },
    };
  };
}
