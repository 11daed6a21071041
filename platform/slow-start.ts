import { ramp } from './instance-health.ts';
import { instanceKey } from './instance.ts';
import type { Instance } from './instance.ts';

export type SlowStart = {
  /** From a tenth to 1: the part of its share that an instance gets that is new to its service. */
  readonly shareOf: (instance: Instance, all: readonly Instance[], slowStartMs: number) => number;
};

/**
 * Knows since when each instance is there, by comparing the lists that it is shown. Who is there
 * from the beginning is not new.
 */
export function createSlowStart(now: () => number): SlowStart {
  const groups = new Map<string, Group>();
  const groupOf = (service: string, all: readonly Instance[]): Group => {
    const known = groups.get(service);
    if (known?.all === all) return known;
    const sinceMs = known ? now() : -Infinity;
    const since = new Map(
      all.map((instance) => {
        const key = instanceKey(instance);
        return [key, known?.since.get(key) ?? sinceMs] as const;
      }),
    );
    const group = { all, since };
    groups.set(service, group);
    return group;
  };
  return {
    shareOf(instance, all, slowStartMs) {
      const { since } = groupOf(instance.service, all);
      return ramp(now() - (since.get(instanceKey(instance)) ?? -Infinity), slowStartMs);
    },
  };
}

type Group = { readonly all: readonly Instance[]; readonly since: ReadonlyMap<string, number> };
