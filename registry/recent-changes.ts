import type { Entry } from './instance.ts';

/** The delta that Eureka's clients fetch, and what a watcher resumes from. */
export type RecentChanges = ReturnType<typeof createRecentChanges>;

/**
 * The newest change of each instance, oldest first, for three minutes. Beyond `limit` the oldest
 * are forgotten early: clients then find a wrong hash and fetch everything, watchers get a snapshot.
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
  let completeSince = startVersion;

  function forget(key: string, entry: Entry) {
    changes.delete(key);
    completeSince = Math.max(completeSince, entry.version);
  }

  return {
    add(entry: Entry, atMs: number) {
      const key = `${entry.instance.app}/${entry.instance.id}`;
      changes.delete(key);
      changes.set(key, { entry, atMs });
      const [oldest] = changes;
      if (changes.size > limit && oldest !== undefined) forget(oldest[0], oldest[1].entry);
    },

    /** Forgets what is too old. */
    prune(nowMs: number) {
      for (const [key, { entry, atMs }] of changes) {
        if (nowMs - atMs <= keptMs) break;
        forget(key, entry);
      }
    },

    /** Changes whenever something is forgotten. */
    stamp: () => completeSince,

    entries: (): Entry[] => [...changes.values()].map(({ entry }) => entry),

    /** The changes after `version`, or undefined when some of them are forgotten. */
    since(version: number): Entry[] | undefined {
      if (version < completeSince) return undefined;
      const newer: Entry[] = [];
      for (const { entry } of [...changes.values()].toReversed()) {
        if (entry.version <= version) break;
        newer.unshift(entry);
      }
      return newer;
    },
  };
}
