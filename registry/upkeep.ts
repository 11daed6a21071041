import type { Log } from 'platform/log';

import { createEvictor } from './eviction.ts';
import type { Leases } from './leases.ts';
import { createSnapshotWriter } from './snapshot.ts';

type UpkeepDeps = {
  readonly leases: Leases;
  readonly log: Log;
  readonly restored: { ask(): void };
  readonly snapshotFile: string | undefined;
};

/** What a crash may forget: who registered since comes back by its next renewal. */
const SNAPSHOT_EVERY_MS = 5000;
const TIDY_EVERY_MS = 1000;

/** Does what must happen by itself: evicts, forgets what is old, and writes down who is here. */
export function startUpkeep({ leases, log, restored, snapshotFile }: UpkeepDeps) {
  const evictor = createEvictor({ leases });
  const snapshot =
    snapshotFile === undefined ? undefined : createSnapshotWriter(snapshotFile, leases);
  let writtenVersion = leases.version();
  let writing = Promise.resolve();

  function save(): Promise<void> {
    if (snapshot === undefined || writtenVersion === leases.version()) return writing;
    writtenVersion = leases.version();
    writing = writing
      .then(() => snapshot.write())
      .catch((error: unknown) => {
        log.error('Cannot write {snapshotFile}', { snapshotFile, error });
      });
    return writing;
  }

  function evict() {
    const { evicted } = evictor.run();
    if (evicted > 0) log.warning('Evicted {evicted} instances, whose leases ran out', { evicted });
  }

  function tidy() {
    leases.prune();
    restored.ask();
  }

  const timers = [
    setInterval(evict, leases.mode.evictionEveryMs),
    setInterval(tidy, TIDY_EVERY_MS),
    setInterval(() => void save(), SNAPSHOT_EVERY_MS),
  ];
  return {
    /** Ends the upkeep once the last snapshot is written. */
    async stop(): Promise<void> {
      for (const timer of timers) clearInterval(timer);
      await save();
    },
  };
}
