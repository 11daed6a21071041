import { type DataCenter, type Instance, isStatus, type Status } from './instance.ts';
import { BadFieldError, type RawDataCenter, type RawFields, rawFields } from './raw-instance.ts';

/** A registration that cannot be taken; the message names the field. */
export class BadInstanceError extends Error {
  readonly status: 400 | 503;

  constructor(message: string, status: 400 | 503 = 400) {
    super(message);
    this.name = 'BadInstanceError';
    this.status = status;
  }
}

type ReadOptions = {
  /** The application of the request's path; absent for the items of a peer's batch. */
  readonly pathApp?: string;
  readonly nowMs: number;
  /** Refuses what Netflix's server refuses, even where the meaning is plain. */
  readonly strict: boolean;
};

/**
 * Reads what a client registered, in the shape of Eureka's JSON, and fills what it left out with
 * what Netflix's server assumes. Throws `BadInstanceError`.
 */
export function readInstance(raw: unknown, options: ReadOptions): Instance {
  try {
    return instanceOf(rawFields(raw), options);
  } catch (error) {
    throw error instanceof BadFieldError ? new BadInstanceError(error.message) : error;
  }
}

function instanceOf(given: RawFields, { pathApp, nowMs, strict }: ReadOptions): Instance {
  const hostName = given.text('hostName') ?? missing('hostName');
  const metadata = given.metadata();
  const dataCenter = readDataCenter(given.dataCenter(), strict);
  const id = given.text('instanceId') ?? fallbackId(hostName, metadata, dataCenter);
  return {
    id,
    hostName,
    app: readApp(given.text('app'), pathApp),
    ipAddr: given.text('ipAddr') ?? missing('ipAddr'),
    metadata,
    dataCenter: withInstanceId(dataCenter, id),
    ...statuses(given),
    ...defaulted(given, nowMs),
    ...optional(given),
    isCoordinatingDiscoveryServer: given.text('isCoordinatingDiscoveryServer') === 'true',
  };
}

function statuses(given: RawFields) {
  const status = given.text('status');
  const overridden = given.text('overriddenStatus') ?? given.text('overriddenstatus');
  return {
    status: status === undefined ? 'UP' : statusOf(status),
    overriddenStatus: statusOf(overridden),
  };
}

/** What Netflix's server assumes where a client says nothing, or 0. */
function defaulted(given: RawFields, nowMs: number) {
  return {
    port: given.port('port', true) ?? { number: 7001, enabled: true },
    securePort: given.port('securePort', false) ?? { number: 7002, enabled: false },
    countryId: given.count('countryId') ?? 1,
    renewalSeconds: given.leaseCount('renewalIntervalInSecs') || 30,
    leaseSeconds: given.leaseCount('durationInSecs') || 90,
    lastUpdatedMs: nowMs,
    lastDirtyMs: given.count('lastDirtyTimestamp', Number.MAX_SAFE_INTEGER) || nowMs,
  };
}

function optional(given: RawFields) {
  const sid = given.text('sid');
  return {
    homePageUrl: given.text('homePageUrl'),
    statusPageUrl: given.text('statusPageUrl'),
    healthCheckUrl: given.text('healthCheckUrl'),
    secureHealthCheckUrl: given.text('secureHealthCheckUrl'),
    vipAddress: given.text('vipAddress'),
    secureVipAddress: given.text('secureVipAddress'),
    appGroupName: given.text('appGroupName'),
    asgName: given.text('asgName'),
    sid: sid === 'na' || sid === 'unknown' ? undefined : sid,
  };
}

function readApp(bodyApp: string | undefined, pathApp: string | undefined): string {
  const app = (bodyApp ?? missing('app')).toUpperCase();
  if (pathApp !== undefined && app !== pathApp.toUpperCase()) {
    throw new BadInstanceError(
      `Mismatched app: '${bodyApp}' in the body, '${pathApp}' in the path`,
    );
  }
  return app;
}

/** What clients that send no id renew with (rule 13 of the protocol's fact sheet). */
function fallbackId(
  hostName: string,
  metadata: Readonly<Record<string, string>>,
  dataCenter: DataCenter,
): string {
  const angelId = metadata['instanceId'];
  if (angelId) return `${hostName}:${angelId}`;
  return (dataCenter.name === 'Amazon' && dataCenter.metadata['instance-id']) || hostName;
}

/** Never echoed: only a known name, and the class that belongs to it, goes out again. */
function readDataCenter(given: RawDataCenter | undefined, strict: boolean): DataCenter {
  if (strict) refuseUnknown(given);
  const { name, className = '', metadata = {} } = given ?? NO_DATA_CENTER;
  if (name === 'Netflix' || name === 'MyOwn') return { name };
  const isAmazon = name === 'Amazon' || (name === undefined && className.endsWith('AmazonInfo'));
  return isAmazon ? { name: 'Amazon', metadata } : { name: 'MyOwn' };
}

const NO_DATA_CENTER: Partial<RawDataCenter> = {};

function refuseUnknown(given: RawDataCenter | undefined) {
  const name = (given ?? missing('dataCenterInfo')).name ?? missing('dataCenterInfo.name');
  if (!['Netflix', 'Amazon', 'MyOwn'].includes(name)) {
    throw new BadInstanceError(`Invalid dataCenterInfo.name: '${name}' is not known`);
  }
}

function withInstanceId(dataCenter: DataCenter, id: string): DataCenter {
  if (dataCenter.name !== 'Amazon' || dataCenter.metadata['instance-id']) return dataCenter;
  return { name: 'Amazon', metadata: { ...dataCenter.metadata, 'instance-id': id } };
}

const statusOf = (text: string | undefined): Status => (isStatus(text) ? text : 'UNKNOWN');

function missing(field: string): never {
  throw new BadInstanceError(`Missing ${field}`);
}
