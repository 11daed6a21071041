import type { Action, Instance, LeaseTimes } from './instance.ts';
import type { ChangeListener, Happening, Lease } from './lease.ts';
import { createRecentChanges } from './recent-changes.ts';

/** Numbers the changes, remembers the recent ones and tells everybody. */
export function createChangeFeed(deps: { clock: () => number; startVersion: number }) {
  const { clock, startVersion } = deps;
  const recent = createRecentChanges({ startVersion });
  const listeners = new Set<ChangeListener>();
  const appVersions = new Map<string, number>();
  let version = startVersion;

  return {
    recent,
    listeners,
    version: () => version,
    /** The version of the last change in an application that has instances. */
    appVersion: (app: string): number => appVersions.get(app) ?? 0,
    forgetApp: (app: string) => appVersions.delete(app),

    /** Makes the entry of a change: nothing changes but through here. */
    publish(lease: Lease, instance: Instance, action: Action, happening: Happening) {
      const nowMs = clock();
      if (instance.status === 'UP' && lease.upSinceMs === 0) lease.upSinceMs = nowMs;
      version += 1;
      lease.instance =
        instance.lastUpdatedMs === nowMs ? instance : { ...instance, lastUpdatedMs: nowMs };
      const times = timesOf(lease, action === 'DELETED' ? nowMs : 0);
      lease.entry = { version, action, instance: lease.instance, times, texts: {} };
      appVersions.set(instance.app, version);
      // What was there before a restart is where everybody starts from, not a change.
      if (happening === 'restored') recent.startAt(version);
      else recent.add(lease.entry, nowMs);
      for (const listener of listeners) listener(lease.entry, happening);
    },
  };
}

function timesOf({ registeredMs, renewedMs, upSinceMs }: Lease, evictedMs: number): LeaseTimes {
  return { registeredMs, renewedMs, upSinceMs, evictedMs };
}
