import type { Instance } from './instance.ts';
import type { Leases } from './leases.ts';

type RestoredDeps = {
  readonly leases: Leases;
  /** Asks an instance whether it is still there. */
  readonly check: (id: string) => void;
};

/**
 * Looks after instances that a restart brought back: they are listed at once, and whoever has not
 * been heard of within one interval of its own is asked.
 */
export function createRestored({ leases, check }: RestoredDeps) {
  const unheard = new Map<string, Instance>();

  return {
    bringBack(instances: readonly Instance[]) {
      for (const instance of instances) {
        leases.restore(instance);
        unheard.set(`${instance.app}/${instance.id}`, instance);
      }
    },

    /** To be called now and then; each instance is asked once. */
    ask() {
      const nowMs = leases.clock();
      for (const [key, { app, id, renewalSeconds }] of unheard) {
        const lease = leases.find(app, id);
        const isHeard = lease?.restored !== true;
        if (!isHeard && nowMs - lease.renewedMs <= renewalSeconds * 1000) continue;
        unheard.delete(key);
        if (!isHeard) check(id);
      }
    },
  };
}
