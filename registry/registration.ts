import { type DataCenter, type Instance, isStatus, type Status } from './instance.ts';
import { RawInstance } from './raw-instance.ts';

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
 * what Netflix's server assumes. Numbers and booleans may come as strings and the other way round,
 * and null as absent. Throws `BadInstanceError`.
 */
export function readInstance(raw: unknown, options: ReadOptions): Instance {
  const parsed = RawInstance.safeParse(raw);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BadInstanceError(`Invalid ${issue?.path.join('.') || 'instance'}: ${issue?.message}`);
  }
  const given = parsed.data;
  return {
    ...optional(given),
    ...identity(given, options),
    ...statuses(given),
    ...defaulted(given, options.nowMs),
    ipAddr: given.ipAddr ?? missing('ipAddr'),
    metadata: given.metadata,
    isCoordinatingDiscoveryServer: given.isCoordinatingDiscoveryServer === 'true',
  };
}

function identity(given: RawInstance, { pathApp, strict }: ReadOptions) {
  const hostName = given.hostName ?? missing('hostName');
  const dataCenter = readDataCenter(given.dataCenterInfo, strict);
  const id = idOf(given, hostName, dataCenter);
  const app = readApp(given.app, pathApp);
  return { id, app, hostName, dataCenter: withInstanceId(dataCenter, id) };
}

function statuses({ status, overriddenStatus, overriddenstatus }: RawInstance) {
  return {
    status: status === undefined ? 'UP' : statusOf(status),
    overriddenStatus: statusOf(overriddenStatus ?? overriddenstatus),
  };
}

/** What Netflix's server assumes where a client says nothing, or 0. */
function defaulted(given: RawInstance, nowMs: number) {
  return {
    port: given.port ?? { number: 7001, enabled: true },
    securePort: given.securePort ?? { number: 7002, enabled: false },
    countryId: given.countryId ?? 1,
    renewalSeconds: given.leaseInfo?.renewalIntervalInSecs || 30,
    leaseSeconds: given.leaseInfo?.durationInSecs || 90,
    lastUpdatedMs: given.lastUpdatedTimestamp || nowMs,
    lastDirtyMs: given.lastDirtyTimestamp || nowMs,
  };
}

const OPTIONAL_FIELDS = [
  'homePageUrl',
  'statusPageUrl',
  'healthCheckUrl',
  'secureHealthCheckUrl',
  'vipAddress',
  'secureVipAddress',
  'appGroupName',
  'asgName',
  'sid',
] as const;

function optional(given: RawInstance): Pick<Instance, (typeof OPTIONAL_FIELDS)[number]> {
  return Object.fromEntries(
    OPTIONAL_FIELDS.map((name) => [name, given[name]] as const).filter(
      ([name, value]) =>
        value !== undefined && !(name === 'sid' && ['na', 'unknown'].includes(value)),
    ),
  );
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

/** The id, or what clients that send none renew with (rule 13 of the protocol's fact sheet). */
function idOf(given: RawInstance, hostName: string, dataCenter: DataCenter): string {
  const angelId = given.metadata['instanceId'];
  return (
    given.instanceId ??
    (angelId ? `${hostName}:${angelId}` : undefined) ??
    ((dataCenter.name === 'Amazon' && dataCenter.metadata['instance-id']) || hostName)
  );
}

/** Never echoed: only a known name, and the class that belongs to it, goes out again. */
function readDataCenter(given: RawInstance['dataCenterInfo'], strict: boolean): DataCenter {
  if (strict) refuseUnknown(given);
  const { name, metadata = {}, '@class': className = '' } = given ?? {};
  if (name === 'Netflix' || name === 'MyOwn') return { name };
  const isAmazon = name === 'Amazon' || (name === undefined && className.endsWith('AmazonInfo'));
  return isAmazon ? { name: 'Amazon', metadata } : { name: 'MyOwn' };
}

function refuseUnknown(given: RawInstance['dataCenterInfo']) {
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
