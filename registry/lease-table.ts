import { createChangeFeed } from './change-feed.ts';
import type { Instance } from './instance.ts';
import type { Happening, Lease } from './lease.ts';
import type { Mode } from './modes.ts';
import { createSelfPreservation } from './self-preservation.ts';
import { createStatusCounts } from './status-counts.ts';

export type LeaseTable = ReturnType<typeof createLeaseTable>;

/** Where the leases are kept, and the one place where they change. */
export function createLeaseTable(deps: { mode: Mode; clock: () => number; startVersion: number }) {
  const { mode, clock } = deps;
  const apps = new Map<string, Map<string, Lease>>();
  const feed = createChangeFeed(deps);
  const preservation = createSelfPreservation(mode, clock);
  const counts = createStatusCounts();

  return {
    mode,
    clock,
    apps,
    feed,
    counts,
    find: (app: string, id: string): Lease | undefined => apps.get(app.toUpperCase())?.get(id),
    all: () => allOf(apps),
    preservation: () => preservation.report(allOf(apps)),

    /** A new lease, in the place of the one that `instance` had. */
    put(instance: Instance, happening: Happening) {
      const instances = apps.get(instance.app) ?? new Map<string, Lease>();
      const existing = instances.get(instance.id);
      if (existing === undefined) preservation.joined();
      counts.change(existing?.instance.status, instance.status);
      const lease = newLease(instance, existing, clock());
      apps.set(instance.app, instances.set(instance.id, lease));
      feed.publish(lease, instance, 'ADDED', happening);
    },

    /** The same lease, with what has changed of its instance. */
    change(lease: Lease, change: Partial<Instance>) {
      const next = { ...lease.instance, ...change };
      counts.change(lease.instance.status, next.status);
      feed.publish(lease, next, 'MODIFIED', 'status changed');
    },

    /** As after a renewal, which counts for self-preservation only where it came from outside. */
    touch(lease: Lease, { counted = false } = {}) {
      if (counted) preservation.renewed();
      lease.renewedMs = clock();
      lease.expiresMs = lease.renewedMs + lease.instance.leaseSeconds * 1000 * mode.renewalLeases;
      lease.restored = false;
    },

    remove(lease: Lease, happening: Happening) {
      const { instance } = lease;
      const instances = apps.get(instance.app);
      instances?.delete(instance.id);
      if (instances?.size === 0) apps.delete(instance.app);
      counts.change(instance.status, undefined);
      preservation.left();
      feed.publish(lease, instance, 'DELETED', happening);
      if (instances?.size === 0) feed.forgetApp(instance.app);
    },
  };
}

type Apps = ReadonlyMap<string, ReadonlyMap<string, Lease>>;

function* allOf(apps: Apps): Generator<Lease> {
  for (const instances of apps.values()) yield* instances.values();
}

function newLease(instance: Instance, existing: Lease | undefined, nowMs: number): Lease {
  const times = {
    registeredMs: nowMs,
    renewedMs: nowMs,
    upSinceMs: existing?.upSinceMs ?? 0,
    evictedMs: 0,
  };
  return {
    entry: existing?.entry ?? { version: 0, action: 'ADDED', instance, times, texts: {} },
    instance,
    ...times,
    expiresMs: nowMs + instance.leaseSeconds * 1000,
    restored: false,
  };
}
