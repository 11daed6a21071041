import type { Instance } from './instance.ts';
import type { WatchedInstance } from './registry-watch.ts';

/**
 * What is known of all instances. Reading is synchronous and returns the same array until a change,
 * so that asking on every request costs one look-up.
 */
export type InstanceTable = {
  /** Those that are up. */
  readonly instances: (service: string) => readonly Instance[];
  readonly services: () => readonly string[];
  /** All of them, whatever their status. */
  readonly all: () => readonly WatchedInstance[];
  readonly replaceAll: (instances: readonly WatchedInstance[]) => void;
  readonly apply: (changes: readonly InstanceChange[]) => void;
  readonly subscribe: (listener: () => void) => () => void;
};

export type InstanceChange = {
  readonly action: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly instance: WatchedInstance;
};

/**
 * A registry that was just restarted knows nobody yet. A service that a new list leaves without any
 * instance keeps, for `graceMs`, those that it had; who calls a dead one notices at once anyway.
 */
export function createInstanceTable({
  graceMs = 30_000,
  now = () => performance.now(),
}: { graceMs?: number; now?: () => number } = {}): InstanceTable {
  const listeners = new Set<() => void>();
  let known = new Map<string, WatchedInstance>();
  const kept: Kept = new Map();
  let byService = new Map<string, readonly Instance[]>();

  const publish = () => {
    const next = groupUp(known.values());
    addKept(next, kept, now());
    if (Bun.deepEquals(next, byService)) return;
    byService = next;
    for (const listener of listeners) listener();
  };

  return {
    instances: (service) => byService.get(service.toLowerCase()) ?? [],
    services: () => [...byService.keys()],
    all: () => [...known.values()],
    replaceAll(instances) {
      const next = new Map(instances.map((instance) => [keyOf(instance), instance]));
      const gone = [...known].filter(([key]) => !next.has(key));
      for (const [key, instance] of gone) kept.set(key, { instance, untilMs: now() + graceMs });
      known = next;
      publish();
      // The list must get shorter even if nothing else happens by then.
      if (kept.size > 0) setTimeout(publish, graceMs + 1).unref();
    },
    apply(changes) {
      for (const { action, instance } of changes) {
        if (action === 'DELETED') known.delete(keyOf(instance));
        else known.set(keyOf(instance), instance);
        kept.delete(keyOf(instance));
      }
      publish();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Kept = Map<string, { readonly instance: WatchedInstance; readonly untilMs: number }>;

const keyOf = ({ service, id }: WatchedInstance): string => `${service} ${id}`;
const isUp = ({ status }: WatchedInstance): boolean => status === 'UP';

function groupUp(instances: Iterable<WatchedInstance>): Map<string, readonly Instance[]> {
  const groups = Map.groupBy([...instances].filter(isUp), ({ service }) => service);
  return new Map(
    [...groups].map(([service, members]) => [
      service,
      members.map(({ id, url, zone, metadata }) => ({ id, service, url, zone, metadata })),
    ]),
  );
}

/** Once one instance of a service is confirmed, those that are not have had their time. */
function addKept(groups: Map<string, readonly Instance[]>, kept: Kept, nowMs: number): void {
  const confirmed = new Set(groups.keys());
  for (const [key, { instance, untilMs }] of kept) {
    if (untilMs <= nowMs || confirmed.has(instance.service)) kept.delete(key);
  }
  const added = groupUp([...kept.values()].map(({ instance }) => instance));
  for (const [service, instances] of added) groups.set(service, instances);
}
