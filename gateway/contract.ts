import { contract, json } from 'platform/contract';
import * as z from 'zod';

/** Where the gateway finds its upstreams: `GATEWAY_ROUTES`. */
export const RoutesMode = z.enum(['static', 'registry']).meta({ id: 'RoutesMode' });
export type RoutesMode = z.output<typeof RoutesMode>;

const ServiceInstance = z
  .object({
    id: z.string(),
    /** `http://host:port`. */
    url: z.string(),
    status: z.literal('UP'),
    zone: z.string().optional(),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'ServiceInstance' });
export type ServiceInstance = z.output<typeof ServiceInstance>;

/**
 * What the registry knows, as the gateway sees it; the same JSON rides on the event `services` of
 * `GET /gateway/services/stream`.
 */
export const ServicesView = z
  .object({
    routes: RoutesMode,
    /** Sorted by name; the instances by id. */
    services: z.array(z.object({ name: z.string(), instances: z.array(ServiceInstance) })),
  })
  .meta({ id: 'ServicesView' });
export type ServicesView = z.output<typeof ServicesView>;

/** The live route table, in the order in which routes win. */
export const RoutesView = z
  .object({
    routes: RoutesMode,
    table: z.array(
      z.object({
        id: z.string(),
        order: z.int(),
        paths: z.array(z.string()),
        upstream: z.string(),
        source: z.enum(['file', 'registry']),
      }),
    ),
    /** What the table could hold but does not, and why. */
    notRouted: z.array(z.object({ id: z.string(), reason: z.string() })),
    /** Why the file as it was last saved is not live; empty when it is. */
    refused: z.array(z.string()),
  })
  .meta({ id: 'RoutesView' });
export type RoutesView = z.output<typeof RoutesView>;

/** The gateway's own state. */
export const gateway = contract('gateway-service', {
  services: {
    method: 'get',
    path: '/gateway/services',
    summary: 'Which instances of which service there are',
    responses: { 200: json(ServicesView) },
  },
  routes: {
    method: 'get',
    path: '/gateway/routes',
    summary: 'The live route table',
    responses: { 200: json(RoutesView) },
  },
});
