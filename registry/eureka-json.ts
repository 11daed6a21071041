import type { DataCenter, Entry, Instance, LeaseTimes, Port } from './instance.ts';

/**
 * Eureka's JSON, to the letter: strict clients lose their whole registry over one extra key, a
 * missing class or a number that should be a string. The order of keys is the original's.
 */
export function instanceJson(entry: Entry): string {
  return JSON.stringify(instanceRecord(entry));
}

/** The few fields of `X-Eureka-Accept: compact`; its time stamp is a number. */
export function compactInstanceJson({ instance, action }: Entry): string {
  return JSON.stringify({
    instanceId: instance.id,
    app: instance.app,
    ipAddr: instance.ipAddr,
    vipAddress: instance.vipAddress,
    secureVipAddress: instance.secureVipAddress,
    dataCenterInfo: dataCenterRecord(compactDataCenter(instance.dataCenter)),
    hostName: instance.hostName,
    status: instance.status,
    lastUpdatedTimestamp: instance.lastUpdatedMs,
    actionType: action,
    asgName: instance.asgName,
    port: portRecord(instance.port),
    securePort: portRecord(instance.securePort),
  });
}

export function instanceRecord({ instance, times, action }: Entry): Record<string, unknown> {
  return {
    instanceId: instance.id,
    hostName: instance.hostName,
    app: instance.app,
    ipAddr: instance.ipAddr,
    status: instance.status,
    overriddenStatus: instance.overriddenStatus,
    port: portRecord(instance.port),
    securePort: portRecord(instance.securePort),
    countryId: instance.countryId,
    dataCenterInfo: dataCenterRecord(instance.dataCenter),
    leaseInfo: leaseRecord(instance, times),
    metadata: metadataRecord(instance.metadata),
    homePageUrl: instance.homePageUrl,
    statusPageUrl: instance.statusPageUrl,
    healthCheckUrl: instance.healthCheckUrl,
    secureHealthCheckUrl: instance.secureHealthCheckUrl,
    vipAddress: instance.vipAddress,
    secureVipAddress: instance.secureVipAddress,
    appGroupName: instance.appGroupName,
    asgName: instance.asgName,
    sid: instance.sid,
    isCoordinatingDiscoveryServer: String(instance.isCoordinatingDiscoveryServer),
    lastUpdatedTimestamp: String(instance.lastUpdatedMs),
    lastDirtyTimestamp: String(instance.lastDirtyMs),
    actionType: action,
  };
}

export const DATA_CENTER_CLASSES = {
  MyOwn: 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
  Netflix: 'com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo',
  Amazon: 'com.netflix.appinfo.AmazonInfo',
} as const;
export const EMPTY_MAP_CLASS = 'java.util.Collections$EmptyMap';

/** Of Amazon's metadata the compact form keeps what callers address instances by. */
export function compactDataCenter(dataCenter: DataCenter): DataCenter {
  if (dataCenter.name !== 'Amazon') return dataCenter;
  const kept = Object.entries(dataCenter.metadata).filter(([key]) => COMPACT_AMAZON_KEYS.has(key));
  return { name: 'Amazon', metadata: Object.fromEntries(kept) };
}

const COMPACT_AMAZON_KEYS = new Set([
  'instance-id',
  'public-ipv4',
  'public-hostname',
  'local-ipv4',
  'availability-zone',
]);

function portRecord({ number, enabled }: Port) {
  return { $: number, '@enabled': String(enabled) };
}

function dataCenterRecord(dataCenter: DataCenter) {
  return {
    '@class': DATA_CENTER_CLASSES[dataCenter.name],
    name: dataCenter.name,
    ...(dataCenter.name === 'Amazon' ? { metadata: dataCenter.metadata } : {}),
  };
}

function leaseRecord({ renewalSeconds, leaseSeconds }: Instance, times: LeaseTimes) {
  return {
    renewalIntervalInSecs: renewalSeconds,
    durationInSecs: leaseSeconds,
    registrationTimestamp: times.registeredMs,
    lastRenewalTimestamp: times.renewedMs,
    evictionTimestamp: times.evictedMs,
    serviceUpTimestamp: times.upSinceMs,
  };
}

function metadataRecord(metadata: Readonly<Record<string, string>>) {
  return Object.keys(metadata).length === 0 ? { '@class': EMPTY_MAP_CLASS } : metadata;
}
