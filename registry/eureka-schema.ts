import { z } from 'zod';

/**
 * Eureka's JSON as it may leave the server: no other key, no other type. Spring's client loses its
 * whole registry over one key too many, fargo over one number that is a string.
 */
const status = z.enum(['UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN']);
const int = z.int32();
const digits = z.string().regex(/^-?\d+$/);
const port = z.strictObject({ $: int, '@enabled': z.enum(['true', 'false']) });
const strings = z.record(z.string(), z.string());

const dataCenterInfo = z.union([
  z.strictObject({
    '@class': z.literal('com.netflix.appinfo.InstanceInfo$DefaultDataCenterInfo'),
    name: z.enum(['MyOwn', 'Netflix']),
  }),
  z.strictObject({
    '@class': z.literal('com.netflix.appinfo.AmazonInfo'),
    name: z.literal('Amazon'),
    metadata: strings,
  }),
]);

const leaseInfo = z.strictObject({
  renewalIntervalInSecs: int.positive(),
  durationInSecs: int.positive(),
  registrationTimestamp: z.number().int(),
  lastRenewalTimestamp: z.number().int(),
  evictionTimestamp: z.number().int(),
  serviceUpTimestamp: z.number().int(),
});

const common = {
  instanceId: z.string().min(1),
  hostName: z.string(),
  app: z.string().regex(/^[^a-z]*$/),
  ipAddr: z.string(),
  status,
  port,
  securePort: port,
  dataCenterInfo,
  vipAddress: z.string().optional(),
  secureVipAddress: z.string().optional(),
  asgName: z.string().optional(),
  actionType: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
};

export const EurekaInstance = z.strictObject({
  ...common,
  overriddenStatus: status,
  countryId: int,
  leaseInfo,
  metadata: strings,
  homePageUrl: z.string().optional(),
  statusPageUrl: z.string().optional(),
  healthCheckUrl: z.string().optional(),
  secureHealthCheckUrl: z.string().optional(),
  appGroupName: z.string().optional(),
  sid: z.string().optional(),
  isCoordinatingDiscoveryServer: z.enum(['true', 'false']),
  lastUpdatedTimestamp: digits,
  lastDirtyTimestamp: digits,
});

const EurekaCompactInstance = z.strictObject({
  ...common,
  lastUpdatedTimestamp: z.number().int(),
});

function applicationsOf<I extends z.ZodType>(instance: I) {
  const application = z.strictObject({ name: z.string(), instance: z.array(instance) });
  return {
    application: z.strictObject({ application }),
    applications: z.strictObject({
      applications: z.strictObject({
        versions__delta: digits,
        apps__hashcode: z.string().regex(/^([A-Z_]+_\d+_)*$/),
        application: z.array(application),
      }),
    }),
    instance: z.strictObject({ instance }),
  };
}

export const EurekaFull = applicationsOf(EurekaInstance);
export const EurekaCompact = applicationsOf(EurekaCompactInstance);
