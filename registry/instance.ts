import type { InstanceStatus, WatchedInstance } from 'platform/registry-watch';

export type Status = InstanceStatus;
export type Action = 'ADDED' | 'MODIFIED' | 'DELETED';
export type Port = { readonly number: number; readonly enabled: boolean };
export type DataCenter =
  | { readonly name: 'MyOwn' | 'Netflix' }
  | { readonly name: 'Amazon'; readonly metadata: Readonly<Record<string, string>> };

/** What is known of one instance; replaced, never changed. Times are milliseconds since 1970. */
export type Instance = {
  readonly id: string;
  /** Upper case. */
  readonly app: string;
  readonly hostName: string;
  readonly ipAddr: string;
  readonly status: Status;
  /** `UNKNOWN` where nobody has overridden the status. */
  readonly overriddenStatus: Status;
  readonly port: Port;
  readonly securePort: Port;
  readonly countryId: number;
  readonly dataCenter: DataCenter;
  readonly renewalSeconds: number;
  readonly leaseSeconds: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly homePageUrl: string | undefined;
  readonly statusPageUrl: string | undefined;
  readonly healthCheckUrl: string | undefined;
  readonly secureHealthCheckUrl: string | undefined;
  readonly vipAddress: string | undefined;
  readonly secureVipAddress: string | undefined;
  readonly appGroupName: string | undefined;
  readonly asgName: string | undefined;
  readonly sid: string | undefined;
  readonly isCoordinatingDiscoveryServer: boolean;
  readonly lastUpdatedMs: number;
  readonly lastDirtyMs: number;
};

/** 0 where it has not happened yet. */
export type LeaseTimes = {
  readonly registeredMs: number;
  readonly renewedMs: number;
  readonly evictedMs: number;
  readonly upSinceMs: number;
};

/** An instance as of one change, which `version` numbers. Replies are made of these. */
export type Entry = {
  readonly version: number;
  readonly action: Action;
  readonly instance: Instance;
  readonly times: LeaseTimes;
  /** Written once, when first needed, by `encodings.ts`. */
  readonly texts: Partial<Record<Flavour, string>>;
};

/** The forms in which Eureka's clients ask for the same thing. */
export type Flavour = 'json' | 'json-compact' | 'xml' | 'xml-compact';

export const STATUSES: readonly Status[] = ['DOWN', 'OUT_OF_SERVICE', 'STARTING', 'UNKNOWN', 'UP'];

const STATUS_NAMES: ReadonlySet<unknown> = new Set(STATUSES);

export function isStatus(value: unknown): value is Status {
  return STATUS_NAMES.has(value);
}

/** The address as the instance's callers use it, without a trailing slash. */
export function urlOf({ hostName, port, securePort }: Instance): string {
  const host = hostName.includes(':') && !hostName.startsWith('[') ? `[${hostName}]` : hostName;
  return securePort.enabled && !port.enabled
    ? `https://${host}:${securePort.number}`
    : `http://${host}:${port.number}`;
}

export function zoneOf({ metadata, dataCenter }: Instance): string | undefined {
  return (
    metadata['zone'] ??
    (dataCenter.name === 'Amazon' ? dataCenter.metadata['availability-zone'] : undefined)
  );
}

/** The instance as the push sends it. */
export function watchedInstance(instance: Instance): WatchedInstance {
  const zone = zoneOf(instance);
  return {
    id: instance.id,
    service: instance.app.toLowerCase(),
    url: urlOf(instance),
    status: instance.status,
    ...(zone === undefined ? {} : { zone }),
    metadata: instance.metadata,
  };
}
