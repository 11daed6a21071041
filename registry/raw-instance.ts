import { z } from 'zod';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Text = Scalar.nullish().transform((value) =>
  value === null || value === undefined || value === '' ? undefined : String(value),
);
const Count = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => {
    const count = value === '' ? Number.NaN : Number(value ?? Number.NaN);
    return Number.isFinite(count) && count >= 0 ? Math.min(Math.trunc(count), 2 ** 52) : undefined;
  });

/** A port is `{ $, @enabled }` in JSON, `{ #text, @enabled }` in XML, or a bare number. */
const portEnabledUnlessSaid = (enabled: boolean) =>
  z
    .union([
      Scalar.transform((number) => ({
        $: number,
        '#text': undefined,
        '@enabled': undefined,
      })),
      z.object({
        $: Scalar.optional(),
        '#text': Scalar.optional(),
        '@enabled': Scalar.nullish(),
      }),
    ])
    .nullish()
    .transform((port, context) => {
      const text = port?.$ ?? port?.['#text'] ?? '';
      if (text === '') return undefined;
      const number = Number(text);
      if (!(number >= 0 && number <= 65_535)) {
        context.addIssue({ code: 'custom', message: 'expected a port number' });
      }
      return { number, enabled: isEnabled(port?.['@enabled'], enabled) };
    });

function isEnabled(said: z.output<typeof Scalar> | null | undefined, unlessSaid: boolean): boolean {
  return unlessSaid ? String(said) !== 'false' : String(said) === 'true';
}

/** String to string; what is not a scalar is left out, as is the class of Java's empty map. */
const Metadata = z
  .unknown()
  .optional()
  .transform((map): Record<string, string> => {
    if (typeof map !== 'object' || map === null) return {};
    return Object.fromEntries(
      Object.entries(map)
        .filter(([key, value]) => key !== '' && key !== '@class' && Scalar.safeParse(value).success)
        .map(([key, value]) => [key, String(value)]),
    );
  });

/**
 * A registration as it may come, in the shape of Eureka's JSON: every field may be missing or null,
 * a number a string, a boolean a string; what is unknown is passed over.
 */
export const RawInstance = z.object({
  instanceId: Text,
  app: Text,
  hostName: Text,
  ipAddr: Text,
  status: Text,
  overriddenStatus: Text,
  overriddenstatus: Text,
  port: portEnabledUnlessSaid(true),
  securePort: portEnabledUnlessSaid(false),
  countryId: Count,
  dataCenterInfo: z
    .object({ '@class': Text, name: Text, metadata: Metadata })
    .nullish()
    .catch(undefined),
  leaseInfo: z.object({ renewalIntervalInSecs: Count, durationInSecs: Count }).nullish(),
  metadata: Metadata,
  homePageUrl: Text,
  statusPageUrl: Text,
  healthCheckUrl: Text,
  secureHealthCheckUrl: Text,
  vipAddress: Text,
  secureVipAddress: Text,
  appGroupName: Text,
  asgName: Text,
  sid: Text,
  isCoordinatingDiscoveryServer: Text,
  lastUpdatedTimestamp: Count,
  lastDirtyTimestamp: Count,
});
export type RawInstance = z.output<typeof RawInstance>;
