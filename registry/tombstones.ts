/**
 * Remembers for a moment who has deregistered itself, so that its own late registration, already on
 * the way or sent by a heartbeat that was still running, does not bring it back.
 */
export type Tombstones = ReturnType<typeof createTombstones>;

export function createTombstones({ keptMs, limit = 10_000 }: { keptMs: number; limit?: number }) {
  const dirtyAtEnd = new Map<string, { readonly lastDirtyMs: number; readonly untilMs: number }>();

  return {
    bury(key: string, lastDirtyMs: number, nowMs: number) {
      if (keptMs === 0) return;
      dirtyAtEnd.delete(key);
      dirtyAtEnd.set(key, { lastDirtyMs, untilMs: nowMs + keptMs });
      if (dirtyAtEnd.size <= limit) return;
      const [oldest] = dirtyAtEnd.keys();
      if (oldest !== undefined) dirtyAtEnd.delete(oldest);
    },

    /** Whether a registration with this dirty time stamp is one of before the end. */
    covers(key: string, lastDirtyMs: number, nowMs: number): boolean {
      const end = dirtyAtEnd.get(key);
      return end !== undefined && nowMs < end.untilMs && lastDirtyMs <= end.lastDirtyMs;
    },

    prune(nowMs: number) {
      for (const [key, { untilMs }] of dirtyAtEnd) {
        if (nowMs < untilMs) break;
        dirtyAtEnd.delete(key);
      }
    },
  };
}
