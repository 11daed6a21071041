import { urlHost } from './instance.ts';
import type { Log } from './log.ts';
import { reachableHost } from './reachable-host.ts';
import { leaseKeeper } from './registration-lease.ts';
import { type Fetch, registryEndpoint } from './registry-endpoint.ts';

export type Registration = {
  readonly instanceId: string;
  /** Registers and keeps renewing; a registry that is away is tried again until it is there. */
  readonly start: () => void;
  /** Renews without waiting for the time to come: a registry that was restarted has forgotten us. */
  readonly renewNow: () => void;
  /** Stops renewing, waits for what is under way and deregisters; never throws. */
  readonly stop: () => Promise<void>;
};

type RegistrationDeps = {
  readonly eurekaUrls: readonly string[];
  readonly service: string;
  /** What we listen on; where that is everywhere, the own address is found out. */
  readonly host: string;
  readonly port: number;
  /** Whether it speaks TLS there; default false. */
  readonly isSecure?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly healthPath?: string;
  readonly renewEverySeconds?: number;
  /** For how long the registry believes in us without a renewal. */
  readonly leaseSeconds?: number;
  readonly log: Log;
  readonly fetch?: Fetch;
};

/** Makes this process known to a Eureka registry: ours, Netflix's or Spring's. */
export function createRegistration(deps: RegistrationDeps): Registration {
  const host = reachableHost(deps.host);
  const instanceId = `${host}:${deps.service}:${deps.port}`;
  const { eurekaUrls, service, log, fetch = globalThis.fetch } = deps;
  const keeper = leaseKeeper({
    endpoints: eurekaUrls.map(registryEndpoint),
    app: service.toUpperCase(),
    instanceId,
    describe: (dirtyMs) => describeInstance({ ...deps, host }, instanceId, dirtyMs),
    renewEveryMs: (deps.renewEverySeconds ?? RENEW_EVERY_SECONDS) * 1000,
    log,
    fetch,
  });
  return { instanceId, ...keeper };
}

const RENEW_EVERY_SECONDS = 10;
const LEASE_SECONDS = 30;

/**
 * What is sent. All of it is needed by one server or other: old dashboards fail without a
 * `statusPageUrl`, some servers without an `overriddenstatus`.
 */
function describeInstance(deps: RegistrationDeps, instanceId: string, dirtyMs: number): object {
  const { service, host, port, isSecure = false, metadata = {} } = deps;
  const { healthPath = '/health/ready' } = deps;
  const origin = `${isSecure ? 'https' : 'http'}://${urlHost(host)}:${port}`;
  return {
    instance: {
      instanceId,
      hostName: urlHost(host),
      app: service.toUpperCase(),
      ipAddr: host,
      status: 'UP',
      overriddenstatus: 'UNKNOWN',
      port: { $: isSecure ? 80 : port, '@enabled': String(!isSecure) },
      securePort: { $: isSecure ? port : 443, '@enabled': String(isSecure) },
      countryId: 1,
      dataCenterInfo: {
        '@class': 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
        name: 'MyOwn',
      },
      leaseInfo: {
        renewalIntervalInSecs: deps.renewEverySeconds ?? RENEW_EVERY_SECONDS,
        durationInSecs: deps.leaseSeconds ?? LEASE_SECONDS,
      },
      metadata,
      homePageUrl: `${origin}/`,
      statusPageUrl: `${origin}/health/live`,
      healthCheckUrl: `${origin}${healthPath}`,
      vipAddress: service,
      secureVipAddress: service,
      isCoordinatingDiscoveryServer: 'false',
      lastUpdatedTimestamp: String(dirtyMs),
      lastDirtyTimestamp: String(dirtyMs),
    },
  };
}
