import { z } from 'zod';

import { InstanceStatus, type WatchedInstance } from './registry-watch.ts';

/** One running process of a service, as somebody who wants to call it sees it. */
export type Instance = {
  readonly id: string;
  /** The service's name in lower case. */
  readonly service: string;
  /** `http://host:port` without a trailing slash; an IPv6 host stands in brackets. */
  readonly url: string;
  readonly zone?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** How many requests it gets beside the others; 1 where nothing is said. */
  readonly weight?: number | undefined;
};

/** What tells one instance from another: an id that comes back at another address is a new one. */
export const instanceKey = (instance: Instance): string => `${instance.id} ${instance.url}`;

const PortNumber = z.codec(
  z.union([z.number(), z.string().regex(/^\d+$/)]),
  z.int().min(0).max(65_535),
  { decode: Number, encode: (port) => port },
);
const Port = z.object({ $: PortNumber, '@enabled': z.union([z.string(), z.boolean()]) });

/**
 * An instance in Eureka's JSON, only as much of it as a caller needs; servers differ in the rest,
 * and in whether a number is a number.
 */
export const EurekaInstance = z
  .object({
    instanceId: z.string().optional(),
    hostName: z.string(),
    app: z.string(),
    ipAddr: z.string().optional(),
    status: z.string(),
    port: Port.optional(),
    securePort: Port.optional(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    actionType: z.string().optional(),
  })
  .readonly();
export type EurekaInstance = z.output<typeof EurekaInstance>;

/** The instance in the terms of our own registry's push. */
export function watchedInstance(eureka: EurekaInstance): WatchedInstance {
  const { '@class': _, ...metadata } = stringsOf(eureka.metadata ?? {});
  const zone = metadata['zone'];
  return {
    id: eureka.instanceId ?? eureka.hostName,
    service: eureka.app.toLowerCase(),
    url: urlOf(eureka),
    metadata,
    status: InstanceStatus.catch('UNKNOWN').parse(eureka.status),
    ...(zone === undefined ? {} : { zone }),
  };
}

/** A host as it stands in a URL: an IPv6 address gets its brackets. */
export const urlHost = (host: string): string =>
  host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;

function urlOf({ hostName, port, securePort }: EurekaInstance): string {
  const host = urlHost(hostName);
  const secure = isEnabled(securePort) && !isEnabled(port);
  return secure ? `https://${host}:${securePort?.$}` : `http://${host}:${port?.$ ?? 80}`;
}

const isEnabled = (port: EurekaInstance['port']): boolean => String(port?.['@enabled']) === 'true';

function stringsOf(metadata: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, value] as const] : [],
    ),
  );
}
