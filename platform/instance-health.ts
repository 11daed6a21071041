import { instanceKey } from './instance.ts';
import type { Instance } from './instance.ts';

/**
 * How a request to an instance went: `refused` when the connection was (nothing was sent),
 * `failed` for a broken connection, a time-out or a 5xx that says the instance is unwell,
 * `aborted` when the caller left, which says nothing about the instance.
 */
export type Outcome = 'success' | 'refused' | 'failed' | 'aborted';

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

export type HealthBook = {
  readonly of: (instance: Instance) => InstanceHealth;
  /** Whether nobody at all is set aside or returning, so that nobody needs to be looked at. */
  readonly areAllWell: () => boolean;
  /** Whether a request may be sent to it; one that was set aside is tried by one at a time. */
  readonly isAvailable: (instance: Instance) => boolean;
  /** From above 0 to 1: the part of its share that an instance gets that is coming back. */
  readonly shareOf: (instance: Instance) => number;
  /** Begins a request; what it gives is called once with how it went. */
  readonly begin: (
    instance: Instance,
    among: readonly Instance[],
  ) => (outcome: Outcome, reason?: string) => void;
};

/**
 * Sets aside who refuses a connection, at once, and who fails five times in a row, unless half of
 * its service is aside already: refusals are certain, failures may be the fault of what they all
 * need. It lasts half a second at first, then twice as long each time. Who answers the one request
 * that is then tried gets a share that grows from a tenth to the whole for as long as it was aside.
 */
export function createHealthBook(now: () => number): HealthBook {
  const book = createStates(now);
  const { of } = book;
  return {
    of,
    areAllWell: book.areAllWell,
    isAvailable(instance) {
      const { phase, asideUntilMs, pending } = of(instance);
      return phase !== 'aside' || (asideUntilMs <= now() && pending === 0);
    },
    shareOf(instance) {
      const { phase, asideSinceMs, asideUntilMs, returnedMs } = of(instance);
      if (phase !== 'returning') return 1;
      const lengthMs = asideUntilMs - asideSinceMs;
      return ramp(now() - (returnedMs - lengthMs), lengthMs);
    },
    begin(instance, among) {
      const state = of(instance);
      const { asideCount } = state;
      state.pending += 1;
      let isDone = false;
      return (outcome, reason = outcome) => {
        if (isDone) return;
        isDone = true;
        state.pending -= 1;
        // What began before it was set aside says nothing new, neither for it nor against it.
        if (outcome === 'aborted' || asideCount !== state.asideCount) return;
        const wasWell = state.phase === 'well';
        if (outcome === 'success') recover(state, now);
        else blame(state, { outcome, reason, nowMs: now(), mayBeSetAside: () => hasRoom(among) });
        book.count(wasWell, state.phase === 'well');
      };
    },
  };

  function hasRoom(among: readonly Instance[]): boolean {
    const aside = among.filter((instance) => of(instance).phase === 'aside').length;
    return aside + 1 <= among.length * MOST_ASIDE;
  }
}

/** What grows from a tenth to the whole within `lengthMs`. */
export const ramp = (elapsedMs: number, lengthMs: number): number =>
  elapsedMs >= lengthMs ? 1 : Math.max(LEAST_SHARE, elapsedMs / lengthMs);

const LEAST_SHARE = 0.1;
const FAILURES_TO_SET_ASIDE = 5;
/** Of the instances of a service, by failures; refusals are not counted against it. */
const MOST_ASIDE = 0.5;
const ASIDE_MS = 500;
const LONGEST_ASIDE_MS = 30_000;
/** An instance that failed and was not asked again for so long has most likely gone for good. */
const FORGET_AFTER_MS = 60_000;
/** Instances come and go; more than these are only remembered while there is something to remember. */
const MOST_STATES = 256;

function recover(state: InstanceHealth, now: () => number): void {
  state.failuresInARow = 0;
  if (state.phase === 'well') return;
  const nowMs = now();
  if (state.phase === 'aside') {
    state.phase = 'returning';
    state.returnedMs = nowMs + (state.asideUntilMs - state.asideSinceMs);
  } else if (nowMs >= state.returnedMs) Object.assign(state, { phase: 'well', asideCount: 0 });
}

type Blame = {
  readonly outcome: Outcome;
  readonly reason: string;
  readonly nowMs: number;
  readonly mayBeSetAside: () => boolean;
};

function blame(state: InstanceHealth, { outcome, reason, nowMs, mayBeSetAside }: Blame): void {
  state.failuresInARow += 1;
  state.lastFailureMs = nowMs;
  const isRefused = outcome === 'refused';
  if (!isRefused && state.failuresInARow < FAILURES_TO_SET_ASIDE) return;
  // It is asked all the same when all are aside.
  if (state.phase === 'aside' && nowMs < state.asideUntilMs) return;
  if (!isRefused && state.phase !== 'aside' && !mayBeSetAside()) return;
  const lengthMs = Math.min(ASIDE_MS * 2 ** state.asideCount, LONGEST_ASIDE_MS);
  state.phase = 'aside';
  state.asideCount += 1;
  state.asideSinceMs = nowMs;
  state.asideUntilMs = nowMs + lengthMs;
  state.reason = reason;
}

/**
 * An instance that comes anew from a registry is another object but the same instance, so that its
 * key counts; the object only leads there more quickly.
 */
function createStates(now: () => number) {
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
