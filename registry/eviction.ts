import type { Lease } from './lease.ts';
import type { Leases } from './leases.ts';

/** What a run of the evictor did, and how late it was. */
export type EvictionRun = { readonly evicted: number; readonly latenessMs: number };

/** A process that slept longer than this has missed renewals that were sent to it. */
const SLEEP_MS = 5000;

/**
 * Ends leases that ran out, unless self-preservation holds them. Call `run` every
 * `mode.evictionEveryMs`: a run that comes late spares what ran out while nothing could be heard.
 */
export function createEvictor({
  leases,
  random = Math.random,
}: {
  leases: Leases;
  random?: () => number;
}) {
  const { clock, mode } = leases;
  let lastRunMs: number | undefined;

  function latenessMs(): number {
    const nowMs = clock();
    const lateness = lastRunMs === undefined ? 0 : nowMs - lastRunMs - mode.evictionEveryMs;
    lastRunMs = nowMs;
    return Math.max(0, lateness);
  }

  function run(): EvictionRun {
    const lateMs = latenessMs();
    if (mode.name === 'default' && lateMs > SLEEP_MS) {
      for (const lease of leases.all()) lease.expiresMs += lateMs;
    }
    const due = expired(leases, lateMs);
    if (due.length === 0 || leases.preservation().active) return { evicted: 0, latenessMs: lateMs };
    const limit = leases.size() - Math.floor(leases.size() * mode.survivingShare);
    const chosen = shuffled(due, random).slice(0, limit);
    for (const { instance } of chosen) leases.evict(instance.app, instance.id, 'lease ran out');
    return { evicted: chosen.length, latenessMs: lateMs };
  }

  return { run };
}

function expired(leases: Leases, graceMs: number): Lease[] {
  const nowMs = leases.clock();
  const due: Lease[] = [];
  for (const lease of leases.all()) if (nowMs > lease.expiresMs + graceMs) due.push(lease);
  return due;
}

/** Fisher and Yates, so that a limited run does not wipe out one application. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  const result: T[] = [];
  while (left.length > 0) result.push(...left.splice(Math.floor(random() * left.length), 1));
  return result;
}
