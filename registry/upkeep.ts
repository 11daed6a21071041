import type { Log } from 'platform/log';

import { createEvictor } from './eviction.ts';
import type { Leases } from './leases.ts';

/** Runs what must happen by itself: evictions, and forgetting what is old. */
export function startUpkeep({ leases, log }: { leases: Leases; log: Log }): { stop(): void } {
  const evictor = createEvictor({ leases });
  const evictions = setInterval(() => {
    const { evicted } = evictor.run();
    if (evicted > 0) log.warning('Evicted {evicted} instances', { evicted });
  }, leases.mode.evictionEveryMs);
  const pruning = setInterval(() => leases.prune(), 1000);
  return {
    stop() {
      clearInterval(evictions);
      clearInterval(pruning);
    },
  };
}
