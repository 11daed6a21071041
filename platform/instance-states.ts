import { type Instance, instanceKey } from './instance.ts';

/** What is known of one instance. Times are those of the `now` that was given. */
export type InstanceHealth = {
  pending: number;
  /** `aside` gets nothing until its time is over, then one request; `returning` a growing share. */
  phase: 'well' | 'aside' | 'returning';
  /** How often it was set aside without having come back wholly in between. */
  asideCount: number;
  asideSinceMs: number;
  asideUntilMs: number;
  /** Until its share is whole again. */
  returnedMs: number;
  reason: string;
  failuresInARow: number;
  lastFailureMs: number;
};

/**
 * What is known of instances, as long as there is something to remember. One that comes anew from a
 * registry is another object but the same instance, so that its key counts; the object only leads
 * there more quickly.
 */
export function createInstanceStates(now: () => number) {
  const byKey = new Map<string, InstanceHealth>();
  const byObject = new WeakMap<Instance, InstanceHealth>();
  let unwell = 0;
  let sweptMs = now();

  const sweep = () => {
    sweptMs = now();
    for (const [key, state] of byKey) {
      if (!isForgettable(state, sweptMs)) continue;
      byKey.delete(key);
      unwell -= Number(state.phase !== 'well');
      // Its object may still lead here.
      Object.assign(state, newState());
    }
  };
  const add = (instance: Instance): InstanceHealth => {
    const key = instanceKey(instance);
    const state = byKey.get(key) ?? newState();
    if (byKey.size >= MOST_STATES) sweep();
    byKey.set(key, state);
    byObject.set(instance, state);
    return state;
  };

  return {
    of: (instance: Instance): InstanceHealth => byObject.get(instance) ?? add(instance),
    areAllWell: (): boolean => {
      if (unwell > 0 && now() > sweptMs + FORGET_AFTER_MS) sweep();
      return unwell === 0;
    },
    count(wasWell: boolean, isWell: boolean): void {
      unwell += Number(wasWell) - Number(isWell);
    },
  };
}

const newState = (): InstanceHealth => ({
  pending: 0,
  phase: 'well',
  asideCount: 0,
  asideSinceMs: 0,
  asideUntilMs: 0,
  returnedMs: 0,
  reason: '',
  failuresInARow: 0,
  lastFailureMs: 0,
});

function isForgettable(state: InstanceHealth, nowMs: number): boolean {
  if (state.pending > 0) return false;
  if (state.phase === 'well' && state.failuresInARow === 0) return true;
  const quietSinceMs = Math.max(state.lastFailureMs, state.asideUntilMs, state.returnedMs);
  return nowMs > quietSinceMs + FORGET_AFTER_MS;
}

/** An instance that failed and was not asked again for so long has most likely gone for good. */
const FORGET_AFTER_MS = 60_000;
/** Instances come and go; more than these are only remembered while there is something to remember. */
const MOST_STATES = 256;
