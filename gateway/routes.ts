import { z } from 'zod';

import { FORWARDED_METHODS } from './forwarded-methods.ts';
import { circuitComplaints, complaining, corsComplaints, pathComplaints } from './route-checks.ts';
import { Match } from './route-match.ts';
import { Upstream } from './route-upstream.ts';
import { HeaderName, HeaderValue, Regex } from './route-values.ts';

/** What frames a message, or belongs to one connection, is not a route's to change. */
const ChangedHeader = HeaderName.regex(
  /^(?!(?:connection|content-length|keep-alive|te|trailer|transfer-encoding|upgrade)$)/i,
  "is the connection's own",
);
const HeaderChanges = z.strictObject({
  /** One more beside those that are there. */
  add: z.record(ChangedHeader, HeaderValue).optional(),
  /** Instead of those that are there. */
  set: z.record(ChangedHeader, HeaderValue).optional(),
  remove: z.array(ChangedHeader).optional(),
});
export type HeaderChanges = z.output<typeof HeaderChanges>;

/** Bun itself ends a connection on which nothing moves for 255 s. */
const LONGEST_WAIT_MS = 240_000;

const FailureStatus = z.int().min(400).max(599);

const StaticReply = z.strictObject({
  status: z.int().min(200).max(599).default(200),
  contentType: HeaderValue.default('application/json'),
  body: z.string(),
});

/** A request without a body goes to the route at this path instead. */
const FallbackPath = z.strictObject({
  path: z.string().regex(/^(?:\/[\w.~-]+)+$/, 'must be a plain path such as /v1'),
});

const Filters = z.strictObject({
  /** Takes this many segments off the front; `Location` gets them back. */
  stripPrefix: z.int().min(1).optional(),
  prefixPath: z
    .string()
    .regex(/^(?:\/[\w.~-]+)+$/, 'must be a plain path such as /v1')
    .optional(),
  /** The whole path; `{name}` is filled from the pattern. */
  setPath: z
    .string()
    .regex(/^\/(?!\/)/, 'must start with one /')
    .optional(),
  /** Where the pattern fits the whole path; it is that of the request, as encoded as it came. */
  rewritePath: z.strictObject({ pattern: Regex, replacement: z.string() }).optional(),
  requestHeaders: HeaderChanges.optional(),
  responseHeaders: HeaderChanges.optional(),
  /** The largest request body in bytes, counted while it streams if its length is not said. */
  maxBodyBytes: z.int().min(0).optional(),
  /** Until the head of the reply is there, connecting included. */
  headersTimeoutMs: z.int().min(1).max(LONGEST_WAIT_MS).default(30_000),
  /** Until the end of the reply; a stream that takes longer is cut off. Unlimited when not said. */
  totalTimeoutMs: z.int().min(1).optional(),
  /** How long the body of a reply may stand still before it is cut off. Unlimited when not said. */
  idleTimeoutMs: z.int().min(1).optional(),
  /**
   * Asks again, each time another instance, within the budget of all rescues. A body of more than
   * 64 KiB, or of unknown length, is sent but once.
   */
  retry: z
    .strictObject({
      /** The first included. */
      attempts: z.int().min(2).max(10).default(3),
      methods: z.array(z.enum(FORWARDED_METHODS)).min(1).default(['GET', 'HEAD', 'OPTIONS']),
      /** Of a reply, or of the problem that there is instead of one. */
      statuses: z.array(FailureStatus).min(1).default([502, 503, 504]),
    })
    .optional(),
  /** Stops asking while too many of the last answers were failures. */
  circuitBreaker: z
    .strictObject({
      /** Opens when more than this share of the last requests failed. */
      failureShare: z.number().gt(0).lt(1).default(0.5),
      requests: z.int().min(1).max(1000).default(20),
      /** Fewer requests than these tell nothing. */
      minimum: z.int().min(1).default(5),
      /** Of replies that count as failures; that there is no reply always counts. */
      statuses: z.array(FailureStatus).default([500, 502, 503, 504]),
      /** At first; twice as long each time, up to 30 s. Then one request tries. */
      openForMs: z.int().min(1).max(30_000).default(1000),
      /** What the client gets for each failure; the failure itself when not said. */
      fallback: z.union([StaticReply, FallbackPath]).optional(),
    })
    .check(complaining(circuitComplaints))
    .optional(),
  /** Answers by itself; the upstream is not asked. */
  redirect: z
    .strictObject({
      status: z.union([
        z.literal(301),
        z.literal(302),
        z.literal(303),
        z.literal(307),
        z.literal(308),
      ]),
      location: HeaderValue,
    })
    .optional(),
  /** By the client's address or, where it is sent, the value of a header. */
  rateLimit: z
    .strictObject({
      perSecond: z.number().positive(),
      burst: z.int().min(1),
      header: HeaderName.optional(),
    })
    .optional(),
  /** Owned by the gateway: what the service says of it is dropped. */
  cors: z
    .strictObject({
      origins: z.array(z.string()).min(1),
      methods: z.array(z.enum(FORWARDED_METHODS)).default(['GET', 'HEAD', 'POST']),
      /** Without it, whatever is asked for. */
      headers: z.array(HeaderName).optional(),
      exposedHeaders: z.array(HeaderName).default([]),
      credentials: z.boolean().default(false),
      maxAgeSeconds: z.int().min(0).default(600),
    })
    .check(complaining(corsComplaints))
    .optional(),
  /** The headers that the gateway's own pages have, where the service does not set them. */
  secureHeaders: z.boolean().default(false),
  /** The client's Host header goes on instead of the upstream's own. */
  preserveHost: z.boolean().default(false),
});
export type Filters = z.output<typeof Filters>;

export const RouteDefinition = z
  .strictObject({
    id: z.string().regex(/^[\w.-]+$/, 'is made of letters, digits, dots and hyphens'),
    /** The lowest wins; the more specific path decides among equals. */
    order: z.int().default(0),
    match: Match,
    upstream: Upstream,
    filters: Filters.prefault({}),
    metadata: z.record(z.string(), z.string()).default({}),
  })
  .check(complaining(pathComplaints));
export type RouteDefinition = z.output<typeof RouteDefinition>;
export type RouteInput = z.input<typeof RouteDefinition>;

/** The file named by `GATEWAY_ROUTES_FILE`. */
export const RouteFile = z.strictObject({ routes: z.array(RouteDefinition) });
