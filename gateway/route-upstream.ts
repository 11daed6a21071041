import { z } from 'zod';

import { complaining, upstreamComplaints } from './route-checks.ts';

const Address = z
  .string()
  .regex(/^https?:\/\/[^/?#@\s]+\/?$/, 'must be http://host:port without a path')
  .check((context) => {
    if (!URL.canParse(context.value))
      context.issues.push({ code: 'custom', message: 'is no URL', input: context.value });
  });
const ServiceName = z.string().regex(/^[\w.-]+$/, 'is no service name');

const UpstreamOptions = z
  .strictObject({
    /** Whose instances these are; problems name it. */
    service: ServiceName,
    /** Where they are; without it the registry knows. */
    addresses: z
      .array(z.union([Address, z.strictObject({ url: Address, weight: z.number().min(0) })]))
      .min(1)
      .optional(),
    /** The less busy of two random instances, which is the default, or each in turn. */
    balance: z.enum(['leastPending', 'roundRobin']).optional(),
    /** A cookie of this name keeps a client with its instance for as long as that is well. */
    stickyCookie: z
      .string()
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'is no cookie name')
      .optional(),
    /** How long the share of an instance that is new grows. */
    slowStartMs: z.int().min(0).optional(),
    /** How many requests may be under way to the service, and how many may wait; then 503. */
    bulkhead: z
      .strictObject({
        concurrent: z.int().min(1).optional(),
        waiting: z.int().min(0).optional(),
      })
      .optional(),
  })
  .check(complaining(upstreamComplaints));

/** Where a route leads: a service, an address or several. */
export const Upstream = z.union([
  z.string().regex(/^lb:\/\/[\w.-]+$/, 'must be lb://service-name or an address'),
  Address,
  UpstreamOptions,
]);
export type UpstreamDefinition = z.output<typeof Upstream>;
