import { contract, events, json } from 'platform/contract';
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

const SetAside = z
  .object({
    since: z.iso.datetime(),
    /** Then one request tries it. */
    until: z.iso.datetime(),
    /** How often in a row. */
    times: z.int(),
    /** Such as `ECONNREFUSED`, `late` or `500`. */
    reason: z.string(),
  })
  .meta({ id: 'SetAside' });

const UpstreamInstance = z
  .object({
    id: z.string(),
    url: z.string(),
    /** `set-aside` gets no requests, `returning` fewer than its share. */
    state: z.enum(['up', 'set-aside', 'returning']),
    /** Requests whose reply has not begun. */
    pending: z.int(),
    /** How many requests it gets beside the others: its weight, less while it starts or returns. */
    share: z.number(),
    /** Present unless it is up. */
    setAside: SetAside.optional(),
  })
  .meta({ id: 'UpstreamInstance' });

const Upstream = z
  .object({
    /** The service, or the address where a route names just one. */
    name: z.string(),
    /** The routes that lead there. */
    routes: z.array(z.string()),
    balance: z.enum(['leastPending', 'roundRobin']),
    /** Requests under way and waiting for room, and how many of each there may be. */
    bulkhead: z.object({
      running: z.int(),
      concurrent: z.int(),
      queued: z.int(),
      waiting: z.int(),
    }),
    /** Of the routes with a circuit breaker. */
    circuits: z.array(
      z.object({ route: z.string(), state: z.enum(['closed', 'open', 'half-open']) }),
    ),
    /** Sorted by id. */
    instances: z.array(UpstreamInstance),
  })
  .meta({ id: 'Upstream' });

/**
 * What this process of the gateway knows of those that it sends requests to; the same JSON rides on
 * the event `upstreams` of `GET /gateway/services/stream`.
 */
export const UpstreamsView = z
  .object({
    /** Which of how many processes on one port this is; what is said is of this one alone. */
    worker: z.int(),
    workers: z.int(),
    /** Sorted by name. */
    upstreams: z.array(Upstream),
  })
  .meta({ id: 'UpstreamsView' });
export type UpstreamsView = z.output<typeof UpstreamsView>;

/** The gateway's own state. */
export const gateway = contract('gateway-service', {
  services: {
    method: 'get',
    path: '/gateway/services',
    summary: 'Which instances of which service there are',
    responses: { 200: json(ServicesView) },
  },
  watch: {
    method: 'get',
    path: '/gateway/services/stream',
    summary: 'The services and the upstreams, now and after every change',
    responses: { 200: events({ services: ServicesView, upstreams: UpstreamsView }) },
  },
  routes: {
    method: 'get',
    path: '/gateway/routes',
    summary: 'The live route table',
    responses: { 200: json(RoutesView) },
  },
  upstreams: {
    method: 'get',
    path: '/gateway/upstreams',
    summary: 'How those are that requests are sent to',
    responses: { 200: json(UpstreamsView) },
  },
});
