import { compactDataCenter, DATA_CENTER_CLASSES, EMPTY_MAP_CLASS } from './eureka-json.ts';
import type { DataCenter, Entry, Instance, LeaseTimes, Port } from './instance.ts';
import { decodeName, element, encodeName } from './xml-names.ts';

/** Eureka's XML, as XStream writes it: no prolog, names escaped its way, `overriddenstatus` small. */
export function instanceXml({ instance, times, action }: Entry): string {
  return `<instance>${[
    element('instanceId', instance.id),
    element('hostName', instance.hostName),
    element('app', instance.app),
    element('ipAddr', instance.ipAddr),
    element('status', instance.status),
    element('overriddenstatus', instance.overriddenStatus),
    portXml('port', instance.port),
    portXml('securePort', instance.securePort),
    element('countryId', instance.countryId),
    dataCenterXml(instance.dataCenter),
    leaseXml(instance, times),
    metadataXml(instance.metadata),
    element('homePageUrl', instance.homePageUrl),
    element('statusPageUrl', instance.statusPageUrl),
    element('healthCheckUrl', instance.healthCheckUrl),
    element('secureHealthCheckUrl', instance.secureHealthCheckUrl),
    element('vipAddress', instance.vipAddress),
    element('secureVipAddress', instance.secureVipAddress),
    element('appGroupName', instance.appGroupName),
    element('asgName', instance.asgName),
    element('sid', instance.sid),
    element('isCoordinatingDiscoveryServer', instance.isCoordinatingDiscoveryServer),
    element('lastUpdatedTimestamp', instance.lastUpdatedMs),
    element('lastDirtyTimestamp', instance.lastDirtyMs),
    element('actionType', action),
  ].join('')}</instance>`;
}

export function compactInstanceXml({ instance, action }: Entry): string {
  return `<instance>${[
    element('instanceId', instance.id),
    element('app', instance.app),
    element('ipAddr', instance.ipAddr),
    element('vipAddress', instance.vipAddress),
    element('secureVipAddress', instance.secureVipAddress),
    dataCenterXml(compactDataCenter(instance.dataCenter)),
    element('hostName', instance.hostName),
    element('status', instance.status),
    element('lastUpdatedTimestamp', instance.lastUpdatedMs),
    element('actionType', action),
    element('asgName', instance.asgName),
    portXml('port', instance.port),
    portXml('securePort', instance.securePort),
  ].join('')}</instance>`;
}

/**
 * A registered `<instance>` in the shape of Eureka's JSON. Throws SyntaxError or RangeError when
 * the text is not XML.
 */
export function instanceOfXml(text: string): unknown {
  const root = Bun.XML.parse(text)['instance'];
  if (typeof root !== 'object') return root;
  const fields = Object.entries(root).map(([name, value]) => [name, jsonOfElement(name, value)]);
  return Object.fromEntries(fields);
}

type XmlValue = Bun.XML.Value | Bun.XML.Value[];

function jsonOfElement(name: string, value: XmlValue): unknown {
  if (name === 'metadata') return metadataOfXml(value);
  if (name === 'status') return textOf(value)?.toUpperCase();
  if (name === 'port' || name === 'securePort' || typeof value === 'string') return value;
  if (name === 'leaseInfo') return mapEntries(value, (key, child) => [key, textOf(child)]);
  if (name === 'dataCenterInfo') {
    return mapEntries(value, (key, child) => [
      key,
      key === 'metadata' ? metadataOfXml(child) : textOf(child),
    ]);
  }
  return textOf(value);
}

function metadataOfXml(value: XmlValue): unknown {
  return mapEntries(value, (key, child) =>
    key.startsWith('@') || key === '#text' ? undefined : [decodeName(key), textOf(child)],
  );
}

function mapEntries(
  value: XmlValue,
  map: (key: string, child: XmlValue) => [string, unknown] | undefined,
): unknown {
  if (typeof value === 'string' || Array.isArray(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) => {
      const entry = map(key, child);
      return entry === undefined ? [] : [entry];
    }),
  );
}

/** An element's own text; of repeated elements the first counts. */
function textOf(value: XmlValue | undefined): string | undefined {
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === 'object' ? textOf(value['#text']) : value;
}

function portXml(name: string, { number, enabled }: Port): string {
  return `<${name} enabled="${enabled}">${number}</${name}>`;
}

function dataCenterXml(dataCenter: DataCenter): string {
  const metadata =
    dataCenter.name === 'Amazon' ? `<metadata>${mapXml(dataCenter.metadata)}</metadata>` : '';
  const name = element('name', dataCenter.name);
  return `<dataCenterInfo class="${DATA_CENTER_CLASSES[dataCenter.name]}">${name}${metadata}</dataCenterInfo>`;
}

function leaseXml({ renewalSeconds, leaseSeconds }: Instance, times: LeaseTimes): string {
  return `<leaseInfo>${[
    element('renewalIntervalInSecs', renewalSeconds),
    element('durationInSecs', leaseSeconds),
    element('registrationTimestamp', times.registeredMs),
    element('lastRenewalTimestamp', times.renewedMs),
    element('evictionTimestamp', times.evictedMs),
    element('serviceUpTimestamp', times.upSinceMs),
  ].join('')}</leaseInfo>`;
}

function metadataXml(metadata: Readonly<Record<string, string>>): string {
  const content = mapXml(metadata);
  return content === ''
    ? `<metadata class="${EMPTY_MAP_CLASS}"/>`
    : `<metadata>${content}</metadata>`;
}

function mapXml(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([key, value]) => element(encodeName(key), value))
    .join('');
}
