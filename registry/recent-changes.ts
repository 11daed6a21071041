import type { Entry } from './instance.ts';

/** The changes of one application; `stamp` changes whenever they do. */
type AppChanges = { readonly stamp: number; readonly entries: Map<string, Entry> };

/**
 * The delta that clients fetch, and what a watcher resumes from: the newest change of each instance,
 * oldest first, for three minutes. Beyond `limit` the oldest are forgotten early: clients then find a
 * wrong hash and fetch everything, watchers get a snapshot.
 */
export function createRecentChanges({
  startVersion,
  keptMs = 180_000,
  limit = 50_000,
}: {
  startVersion: number;
  keptMs?: number;
  limit?: number;
}) {
  const changes = new Map<string, { readonly entry: Entry; readonly atMs: number }>();
  const byApp = createByApp();
  let completeSince = startVersion;

  function forget(key: string, entry: Entry) {
    changes.delete(key);
    byApp.remove(entry);
    completeSince = Math.max(completeSince, entry.version);
  }

  function forgetOldest() {
    const [oldest] = changes;
    if (oldest !== undefined) forget(oldest[0], oldest[1].entry);
  }

  return {
    add(entry: Entry, atMs: number) {
      const key = `${entry.instance.app}/${entry.instance.id}`;
      changes.delete(key);
      changes.set(key, { entry, atMs });
      byApp.put(entry);
      if (changes.size > limit) forgetOldest();
    },

    /** What happened up to this version is not told as a change. */
    startAt(version: number) {
      completeSince = version;
    },

    /** Forgets what is too old. */
    prune(nowMs: number) {
      for (const [key, { entry, atMs }] of changes) {
        if (nowMs - atMs <= keptMs) break;
        forget(key, entry);
      }
    },

    /** Changes whenever something is added or forgotten. */
    stamp: () => byApp.stamp(),
    apps: byApp.apps,

    /** The changes after `version`, or undefined when some of them are forgotten. */
    since(version: number): Entry[] | undefined {
      if (version < completeSince) return undefined;
      const newer: Entry[] = [];
      for (const { entry } of [...changes.values()].toReversed()) {
        if (entry.version <= version) break;
        newer.push(entry);
      }
      return newer.toReversed();
    },
  };
}

/** The same changes by application, in which their order is that of the changes too. */
function createByApp() {
  const apps = new Map<string, AppChanges>();
  let stamp = 0;

  function changesOf(app: string): Map<string, Entry> {
    const entries = apps.get(app)?.entries ?? new Map<string, Entry>();
    stamp += 1;
    apps.set(app, { stamp, entries });
    return entries;
  }

  return {
    apps: apps as ReadonlyMap<string, AppChanges>,
    stamp: () => stamp,
    put(entry: Entry) {
      const entries = changesOf(entry.instance.app);
      entries.delete(entry.instance.id);
      entries.set(entry.instance.id, entry);
    },
    remove({ instance }: Entry) {
      const entries = changesOf(instance.app);
      entries.delete(instance.id);
      if (entries.size === 0) apps.delete(instance.app);
    },
  };
}
