import { compactInstanceJson, instanceJson } from './eureka-json.ts';
import { compactInstanceXml, instanceXml } from './eureka-xml.ts';
import type { Entry, Flavour } from './instance.ts';
import { element } from './xml-names.ts';

/** How whole replies are put together from the texts of their instances. */
export type Encoding = {
  readonly contentType: 'application/json' | 'application/xml';
  readonly separator: string;
  application(name: string, instances: readonly string[]): string;
  /** What comes before the first and after the last application. */
  head(version: number, hashcode: string): string;
  readonly tail: string;
  /** The whole reply of one application or of one instance. */
  applicationReply(application: string): string;
  instanceReply(instance: string): string;
};

const json: Encoding = {
  contentType: 'application/json',
  separator: ',',
  application: (name, instances) =>
    `{"name":${JSON.stringify(name)},"instance":[${instances.join(',')}]}`,
  head: (version, hashcode) =>
    `{"applications":{"versions__delta":"${version}","apps__hashcode":"${hashcode}","application":[`,
  tail: ']}}',
  applicationReply: (application) => `{"application":${application}}`,
  instanceReply: (instance) => `{"instance":${instance}}`,
};

const xml: Encoding = {
  contentType: 'application/xml',
  separator: '',
  application: (name, instances) =>
    `<application>${element('name', name)}${instances.join('')}</application>`,
  head: (version, hashcode) =>
    `<applications>${element('versions__delta', version)}${element('apps__hashcode', hashcode)}`,
  tail: '</applications>',
  applicationReply: (application) => application,
  instanceReply: (instance) => instance,
};

export const ENCODINGS: Readonly<Record<Flavour, Encoding>> = {
  json,
  'json-compact': json,
  xml,
  'xml-compact': xml,
};

const WRITERS: Readonly<Record<Flavour, (entry: Entry) => string>> = {
  json: instanceJson,
  'json-compact': compactInstanceJson,
  xml: instanceXml,
  'xml-compact': compactInstanceXml,
};

/** The instance as text, written once per change however many replies it stands in. */
export function textOf(entry: Entry, flavour: Flavour): string {
  return (entry.texts[flavour] ??= WRITERS[flavour](entry));
}

/** The instance as text with this moment's lease, for the reply that holds nothing else. */
export function freshTextOf(entry: Entry, flavour: Flavour): string {
  return WRITERS[flavour](entry);
}

/** JSON only where the client says so: half of Eureka's clients say nothing and read XML. */
export function flavourOf(headers: Headers): Flavour {
  const format = headers.get('accept')?.includes('json') ? 'json' : 'xml';
  const isCompact = headers.get('x-eureka-accept')?.toLowerCase() === 'compact';
  return isCompact ? `${format}-compact` : format;
}
