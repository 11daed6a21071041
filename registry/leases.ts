import type { Instance, Status } from './instance.ts';
import { createLeaseTable, type LeaseTable } from './lease-table.ts';
import type { ChangeListener, EvictionReason, Lease } from './lease.ts';
import { type Mode, MODES } from './modes.ts';
import { adoptOverride, type Asked, override, removeOverride, withOverride } from './overrides.ts';
import { resolveStatus } from './status-rules.ts';
import { createTombstones, type Tombstones } from './tombstones.ts';

export type RenewalOutcome = 'renewed' | 'unknown' | 'newer' | 'older';
export type Leases = ReturnType<typeof createLeases>;

type LeasesDeps = {
  readonly mode?: Mode;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** The version before the first change; greater than any of an earlier life. */
  readonly startVersion?: number;
};

/**
 * Who is registered, and for how long. Every change raises `version` by one. Pure but for the
 * clock: nothing runs by itself (see `eviction.ts`).
 */
export function createLeases(deps: LeasesDeps = {}) {
  const { mode = MODES.default, clock = Date.now } = deps;
  const table = createLeaseTable({ mode, clock, startVersion: deps.startVersion ?? clock() });
  const tombstones = createTombstones({ keptMs: mode.tombstoneMs });
  const { apps, find, all, counts, preservation } = table;
  const { recent, listeners, version, appVersion } = table.feed;

  return {
    mode,
    clock,
    find,
    all,
    /** In whatever application it is. */
    findById: (id: string) => findById(table, id),
    version,
    preservation,
    apps: apps as ReadonlyMap<string, ReadonlyMap<string, Lease>>,
    size: () => counts.total(),
    /** Of all instances, as Eureka's clients compute it to check what they hold. */
    hashcode: () => counts.hashcode(),
    statusCounts: () => counts.perStatus(),
    appVersion,
    /** By application. */
    recentChanges: () => recent.apps,
    /** Changes when a recent change is added or forgotten. */
    recentStamp: () => recent.stamp(),
    changesSince: (since: number) => recent.since(since),
    register: (given: Instance, options?: RegisterOptions) =>
      register(table, tombstones, given, options),
    /** Brings back an instance of an earlier life, marked until it is heard of. */
    restore: (instance: Instance) => {
      table.put(instance, 'restored');
      const lease = find(instance.app, instance.id);
      if (lease !== undefined) lease.restored = true;
    },
    renew: (app: string, id: string, asked?: Asked) => renew(table, app, id, asked),
    cancel: (app: string, id: string) => cancel(table, tombstones, app, id),
    evict: (app: string, id: string, reason: EvictionReason) => evict(table, app, id, reason),
    override: (app: string, id: string, status: Status, asked?: Asked) =>
      override(table, app, id, status, asked),
    removeOverride: (app: string, id: string, status?: Status, asked?: Asked) =>
      removeOverride(table, app, id, status, asked),
    addMetadata: (app: string, id: string, metadata: Readonly<Record<string, string>>) =>
      addMetadata(table, app, id, metadata),
    adoptOverride: (app: string, id: string, status: Status) =>
      adoptOverride(table, app, id, status),

    /** Forgets old changes and tombstones. */
    prune() {
      tombstones.prune(clock());
      recent.prune(clock());
    },
    subscribe(listener: ChangeListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function findById({ apps }: LeaseTable, id: string) {
  for (const instances of apps.values()) {
    const lease = instances.get(id);
    if (lease !== undefined) return lease;
  }
  return undefined;
}

type RegisterOptions = { readonly fromPeer?: boolean };

/** Registers an instance; false when it is a late echo of before its own deregistration. */
function register(
  table: LeaseTable,
  tombstones: Tombstones,
  given: Instance,
  { fromPeer = false }: RegisterOptions = {},
): boolean {
  const existing = table.find(given.app, given.id)?.instance;
  if (!existing && tombstones.covers(keyOf(given), given.lastDirtyMs, table.clock())) return false;
  const isStale = existing !== undefined && existing.lastDirtyMs > given.lastDirtyMs;
  const registrant = withOverride(isStale ? existing : given, existing);
  const status = resolveStatus(registrant, existing?.status, fromPeer);
  table.put(status === registrant.status ? registrant : { ...registrant, status }, 'registered');
  return true;
}

/**
 * Renews a lease. `unknown`: register (again). `newer` or `older`: what the client knows of itself
 * is newer or older than what is known here; its lease is renewed nevertheless.
 */
function renew(table: LeaseTable, app: string, id: string, asked: Asked = {}): RenewalOutcome {
  const lease = table.find(app, id);
  if (lease === undefined) return 'unknown';
  const { instance } = lease;
  const status = resolveStatus(instance, instance.status, false);
  if (status === 'UNKNOWN') return 'unknown';
  if (status !== instance.status) table.change(lease, { status });
  table.touch(lease, { counted: true });
  if (asked.lastDirtyMs === undefined || asked.lastDirtyMs === instance.lastDirtyMs) {
    return 'renewed';
  }
  return asked.lastDirtyMs > instance.lastDirtyMs ? 'newer' : 'older';
}

/** Ends a lease at its instance's own wish; false when there is none. */
function cancel(table: LeaseTable, tombstones: Tombstones, app: string, id: string): boolean {
  const lease = table.find(app, id);
  if (lease === undefined) return false;
  tombstones.bury(keyOf(lease.instance), lease.instance.lastDirtyMs, table.clock());
  table.remove(lease, 'deregistered');
  return true;
}

/** Ends a lease for another reason: the instance may come back by its next renewal. */
function evict(table: LeaseTable, app: string, id: string, reason: EvictionReason): boolean {
  const lease = table.find(app, id);
  if (lease !== undefined) table.remove(lease, reason);
  return lease !== undefined;
}

/** Adds to the metadata, as a registration with the rest unchanged. */
function addMetadata(
  table: LeaseTable,
  app: string,
  id: string,
  metadata: Readonly<Record<string, string>>,
): boolean {
  const instance = table.find(app, id)?.instance;
  if (instance === undefined) return false;
  table.put({ ...instance, metadata: { ...instance.metadata, ...metadata } }, 'metadata changed');
  return true;
}

const keyOf = ({ app, id }: Instance): string => `${app}/${id}`;
