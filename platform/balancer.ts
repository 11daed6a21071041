import type { Instance } from './instance.ts';

/**
 * How a request to an instance went: `refused` when the connection was (nothing was sent),
 * `failed` for a broken connection, a time-out or a 5xx that says the instance is unwell,
 * `aborted` when the caller left, which says nothing about the instance.
 */
export type Outcome = 'success' | 'refused' | 'failed' | 'aborted';

export type Pick = {
  readonly instance: Instance;
  /** To be called once, when the reply has ended or failed; later calls do nothing. */
  readonly done: (outcome: Outcome) => void;
};

export type PickOptions = {
  /** Keys (see `instanceKey`) of the instances that were tried already. */
  readonly exclude?: ReadonlySet<string>;
};

type BalancerDeps = {
  /** Where we are ourselves: instances of this zone are preferred while one of them is available. */
  readonly zone?: string | undefined;
  readonly random?: () => number;
  readonly now?: () => number;
};

export type Balancer = {
  /** The instance to send the next request to; undefined when all are excluded. */
  readonly pick: (instances: readonly Instance[], options?: PickOptions) => Pick | undefined;
};

/** What tells one instance from another: an id that comes back at another address is a new one. */
export const instanceKey = (instance: Instance): string => `${instance.id} ${instance.url}`;

/**
 * Sends a request to the less busy of two instances chosen at random ("power of two choices"):
 * nearly as even as knowing all, without everybody rushing to the one that is idle.
 *
 * An instance that refuses a connection is set aside at once, one that fails five times in a row
 * as well, at first for half a second, then twice as long each time; it comes back with a single
 * request. When all are set aside they are used all the same: being wrong about one instance must
 * not become an outage.
 */
export function createBalancer({
  zone,
  random = Math.random,
  now = () => performance.now(),
}: BalancerDeps = {}): Balancer {
  const states = createStates(now);
  const { stateOf } = states;

  const isAvailable = (instance: Instance): boolean => {
    const { setAsideCount, setAsideUntilMs, pending } = stateOf(instance);
    return setAsideCount === 0 || (setAsideUntilMs <= now() && pending === 0);
  };
  const lessBusy = (instances: readonly Instance[]): Instance | undefined => {
    if (instances.length < 2) return instances[0];
    const first = Math.floor(random() * instances.length);
    const step = 1 + Math.floor(random() * (instances.length - 1));
    const one = instances[first];
    const other = instances[(first + step) % instances.length];
    return one && other && stateOf(other).pending < stateOf(one).pending ? other : one;
  };
  const take = (instance: Instance): Pick => {
    const state = stateOf(instance);
    state.pending += 1;
    let isDone = false;
    return {
      instance,
      done(outcome) {
        if (isDone) return;
        isDone = true;
        state.pending -= 1;
        states.settle(state, outcome);
      },
    };
  };

  return {
    pick(instances, { exclude } = {}) {
      const untried = exclude?.size
        ? instances.filter((instance) => !exclude.has(instanceKey(instance)))
        : instances;
      const available = states.areAllWell() ? untried : untried.filter(isAvailable);
      const candidates = inZone(available.length > 0 ? available : untried, zone);
      const chosen = lessBusy(candidates);
      return chosen && take(chosen);
    },
  };
}

/**
 * What is known of each instance. An instance that comes anew from a registry is another object but
 * the same instance, so that its key counts; the object only leads there more quickly.
 */
function createStates(now: () => number) {
  const byKey = new Map<string, State>();
  const byObject = new WeakMap<Instance, State>();
  let setAside = 0;
  let sweptMs = now();

  const sweep = () => {
    sweptMs = now();
    for (const [key, state] of byKey) {
      if (!isForgettable(state, sweptMs)) continue;
      byKey.delete(key);
      setAside -= Number(state.setAsideCount > 0);
      // Its object may still lead here.
      Object.assign(state, newState());
    }
  };
  const add = (instance: Instance): State => {
    const key = instanceKey(instance);
    const state = byKey.get(key) ?? newState();
    if (byKey.size >= MOST_STATES) sweep();
    byKey.set(key, state);
    byObject.set(instance, state);
    return state;
  };

  return {
    stateOf: (instance: Instance): State => byObject.get(instance) ?? add(instance),
    /** Whether no instance at all is set aside, so that nobody needs to be looked at. */
    areAllWell(): boolean {
      if (setAside > 0 && now() > sweptMs + FORGET_AFTER_MS) sweep();
      return setAside === 0;
    },
    settle(state: State, outcome: Outcome): void {
      const wasSetAside = state.setAsideCount > 0;
      settle(state, outcome, now);
      setAside += Number(state.setAsideCount > 0) - Number(wasSetAside);
    },
  };
}

type State = {
  pending: number;
  failuresInARow: number;
  /** How often in a row it was set aside without a success in between. */
  setAsideCount: number;
  setAsideUntilMs: number;
  lastFailureMs: number;
};

const FAILURES_TO_SET_ASIDE = 5;
const SET_ASIDE_MS = 500;
const LONGEST_SET_ASIDE_MS = 30_000;
/** An instance that failed and was not asked again for so long has most likely gone for good. */
const FORGET_AFTER_MS = 60_000;
/** Instances come and go; more than these are only remembered while there is something to remember. */
const MOST_STATES = 256;

const newState = (): State => ({
  pending: 0,
  failuresInARow: 0,
  setAsideCount: 0,
  setAsideUntilMs: 0,
  lastFailureMs: 0,
});

function settle(state: State, outcome: Outcome, now: () => number): void {
  if (outcome === 'aborted') return;
  if (outcome === 'success') {
    state.failuresInARow = 0;
    state.setAsideCount = 0;
    return;
  }
  const nowMs = now();
  state.failuresInARow += 1;
  state.lastFailureMs = nowMs;
  const isDue = outcome === 'refused' || state.failuresInARow >= FAILURES_TO_SET_ASIDE;
  // Requests that were under way together fail together: that is one sign, not many.
  if (!isDue || nowMs < state.setAsideUntilMs) return;
  const setAsideMs = Math.min(SET_ASIDE_MS * 2 ** state.setAsideCount, LONGEST_SET_ASIDE_MS);
  state.setAsideCount += 1;
  state.setAsideUntilMs = nowMs + setAsideMs;
}

function isForgettable(state: State, nowMs: number): boolean {
  if (state.pending > 0) return false;
  const quietSinceMs = Math.max(state.lastFailureMs, state.setAsideUntilMs);
  return state.failuresInARow === 0 || nowMs > quietSinceMs + FORGET_AFTER_MS;
}

function inZone(instances: readonly Instance[], zone: string | undefined): readonly Instance[] {
  if (zone === undefined) return instances;
  const near = instances.filter((instance) => instance.zone === zone);
  return near.length > 0 ? near : instances;
}
