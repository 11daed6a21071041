import { createInstanceStates, type InstanceHealth } from './instance-states.ts';
import type { Instance } from './instance.ts';

/**
 * How a request to an instance went: `refused` when the connection was (nothing was sent),
 * `failed` for a broken connection, a time-out or a 5xx that says the instance is unwell,
 * `aborted` when the caller left, which says nothing about the instance.
 */
export type Outcome = 'success' | 'refused' | 'failed' | 'aborted';

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
  const book = createInstanceStates(now);
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
