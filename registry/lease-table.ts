import type { Action, Entry, Instance, LeaseTimes } from './instance.ts';
import type { Mode } from './modes.ts';
import { createRecentChanges } from './recent-changes.ts';
import { createSelfPreservation } from './self-preservation.ts';
import { createStatusCounts } from './status-counts.ts';

/** An instance's place in the registry, for as long as it goes on renewing. */
export type Lease = {
  /** As of its last change; renewals alone make no new one. */
  entry: Entry;
  instance: Instance;
  registeredMs: number;
  renewedMs: number;
  upSinceMs: number;
  /** Past this it may be evicted. */
  expiresMs: number;
  /** Brought back from disk after a restart, and not heard of since. */
  restored: boolean;
};

export type EvictionReason = 'lease ran out' | 'stopped answering' | 'evicted by hand';
export type Happening =
  | 'registered'
  | 'restored'
  | 'status changed'
  | 'metadata changed'
  | 'deregistered'
  | EvictionReason;

/** Told of every change, in order, after it was made. */
export type ChangeListener = (entry: Entry, happening: Happening) => void;

export type LeaseTable = ReturnType<typeof createLeaseTable>;

/** Where the leases are kept, and the one place where they change. */
export function createLeaseTable(deps: { mode: Mode; clock: () => number; startVersion: number }) {
  const { mode, clock, startVersion } = deps;
  const apps = new Map<string, Map<string, Lease>>();
  const recent = createRecentChanges({ startVersion });
  const preservation = createSelfPreservation(mode, clock);
  const counts = createStatusCounts();
  const listeners = new Set<ChangeListener>();
  let version = startVersion;

  /** Makes the entry of the change and tells everybody. */
  function publish(lease: Lease, instance: Instance, action: Action, happening: Happening) {
    const nowMs = clock();
    if (instance.status === 'UP' && lease.upSinceMs === 0) lease.upSinceMs = nowMs;
    version += 1;
    lease.instance = { ...instance, lastUpdatedMs: nowMs };
    const times = timesOf(lease, action === 'DELETED' ? nowMs : 0);
    lease.entry = { version, action, instance: lease.instance, times, texts: {} };
    recent.add(lease.entry, nowMs);
    for (const listener of listeners) listener(lease.entry, happening);
  }

  return {
    mode,
    clock,
    apps,
    recent,
    counts,
    listeners,
    version: () => version,
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
      publish(lease, instance, 'ADDED', happening);
    },

    /** The same lease, with what has changed of its instance. */
    change(lease: Lease, change: Partial<Instance>) {
      const next = { ...lease.instance, ...change };
      counts.change(lease.instance.status, next.status);
      publish(lease, next, 'MODIFIED', 'status changed');
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
      publish(lease, instance, 'DELETED', happening);
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
    entry: { version: 0, action: 'ADDED', instance, times, texts: {} },
    instance,
    ...times,
    expiresMs: nowMs + instance.leaseSeconds * 1000,
    restored: false,
  };
}

function timesOf({ registeredMs, renewedMs, upSinceMs }: Lease, evictedMs: number): LeaseTimes {
  return { registeredMs, renewedMs, upSinceMs, evictedMs };
}
