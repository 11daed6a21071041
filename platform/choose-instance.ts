import { instanceKey } from './instance.ts';
import type { Instance } from './instance.ts';

type Weighing = {
  /** Above 0 for who is to get requests at all. */
  readonly weightOf: (instance: Instance) => number;
  readonly pendingOf: (instance: Instance) => number;
  readonly random: () => number;
};

/**
 * The less busy of two chosen at random ("power of two choices"): nearly as even as knowing all,
 * without everybody rushing to the one that is idle. Where all are of one weight.
 */
export function lessBusyOfTwo(
  instances: readonly Instance[],
  { pendingOf, random }: Omit<Weighing, 'weightOf'>,
): Instance | undefined {
  if (instances.length < 2) return instances[0];
  const first = Math.floor(random() * instances.length);
  const step = 1 + Math.floor(random() * (instances.length - 1));
  const one = instances[first];
  const other = instances[(first + step) % instances.length];
  return one && other && pendingOf(other) < pendingOf(one) ? other : one;
}

/**
 * The same with weights: both are drawn by weight, and what is under way counts by weight. While
 * nobody is busy the first drawn wins, so that shares follow the weights then, too.
 */
export function lessBusyOfTwoByWeight(
  instances: readonly Instance[],
  weighing: Weighing,
): Instance | undefined {
  const { weightOf, pendingOf, random } = weighing;
  const one = drawByWeight(instances, weighing);
  if (one === undefined) return lessBusyOfTwo(instances, { pendingOf, random });
  const rest = instances.filter((instance) => instance !== one);
  const other = drawByWeight(rest, weighing);
  if (other === undefined) return one;
  const load = (instance: Instance) => pendingOf(instance) / weightOf(instance);
  return load(other) < load(one) ? other : one;
}

/** Undefined when nobody has any weight. */
function drawByWeight(
  instances: readonly Instance[],
  { weightOf, random }: Weighing,
): Instance | undefined {
  const total = instances.reduce((sum, instance) => sum + weightOf(instance), 0);
  let left = random() * total;
  let last: Instance | undefined;
  for (const instance of instances) {
    const weight = weightOf(instance);
    if (weight === 0) continue;
    last = instance;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

export type RoundRobin = {
  /** The next of `instances`; `all` is the list that they are part of, and whose turn is kept. */
  readonly next: (
    instances: readonly Instance[],
    all: readonly Instance[],
    weightOf: (instance: Instance) => number,
  ) => Instance | undefined;
};

/**
 * Everybody in turn, who weighs more more often, and evenly spread: each earns its weight every
 * time, who has most is next and pays for all (the "smooth" way of nginx).
 */
export function createRoundRobin(): RoundRobin {
  // A list that changed begins anew.
  const earnedByList = new WeakMap<readonly Instance[], Map<string, number>>();
  return {
    next(instances, all, weightOf) {
      const earned = earnedByList.get(all) ?? new Map<string, number>();
      earnedByList.set(all, earned);
      let chosen: Instance | undefined;
      let most = -Infinity;
      let total = 0;
      for (const instance of instances) {
        const key = instanceKey(instance);
        const weight = weightOf(instance);
        const now = (earned.get(key) ?? 0) + weight;
        earned.set(key, now);
        total += weight;
        if (now <= most || (weight === 0 && chosen)) continue;
        most = now;
        chosen = instance;
      }
      if (chosen) earned.set(instanceKey(chosen), most - total);
      return chosen;
    },
  };
}
