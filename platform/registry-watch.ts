import { z } from 'zod';

/**
 * The wire of the registry's push, `GET /watch?service=&instance=` (server-sent events): one event
 * `snapshot` with a `WatchSnapshot`, then an event `change` with a `WatchChange` for each change.
 * The `id:` of each event is its version; sent back as `Last-Event-ID` it resumes the stream, which
 * then starts with the changes that were missed, or with a `snapshot` when these are too old.
 *
 * Apply a change as an upsert or a removal by instance id: after a resume only the newest change of
 * an instance is sent, so `MODIFIED` may speak of an instance not seen before, and so may `DELETED`.
 */
export const InstanceStatus = z.enum(['UP', 'DOWN', 'STARTING', 'OUT_OF_SERVICE', 'UNKNOWN']);
export type InstanceStatus = z.infer<typeof InstanceStatus>;

export const WatchedInstance = z.object({
  id: z.string(),
  /** Lower case, as in `customer-service`. */
  service: z.string(),
  /** `http://host:port`, or https where only the secure port is enabled; without a trailing slash. */
  url: z.string(),
  status: InstanceStatus,
  zone: z.string().optional(),
  metadata: z.record(z.string(), z.string()),
});
export type WatchedInstance = z.infer<typeof WatchedInstance>;

export const WatchSnapshot = z.object({
  version: z.number().int(),
  instances: z.array(WatchedInstance),
});
export type WatchSnapshot = z.infer<typeof WatchSnapshot>;

export const WatchChange = z.object({
  version: z.number().int(),
  action: z.enum(['ADDED', 'MODIFIED', 'DELETED']),
  instance: WatchedInstance,
});
export type WatchChange = z.infer<typeof WatchChange>;
