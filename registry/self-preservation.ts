import type { Instance } from './instance.ts';
import type { Mode } from './modes.ts';

/** What is needed of a lease to tell whether its instance is silent. */
export type LeaseAge = {
  readonly instance: Pick<Instance, 'renewalSeconds' | 'leaseSeconds'>;
  readonly renewedMs: number;
};

/** How it stands with self-preservation, in the numbers that decide it. */
export type PreservationReport = {
  /** Leases that run out are kept: it looks as if the network failed, not the instances. */
  readonly active: boolean;
  /** Instances whose renewals are counted. */
  readonly instances: number;
  /** Instances that have been silent for too long; always 0 where leases are not told apart. */
  readonly overdue: number;
  readonly expectedPerMinute: number;
  readonly thresholdPerMinute: number;
  /** Compared with the threshold. */
  readonly countedPerMinute: number;
  /** Renewals that came in, for the bar on the page. */
  readonly receivedPerMinute: number;
};

export type SelfPreservation = {
  joined(): void;
  left(): void;
  renewed(): void;
  report(leases: Iterable<LeaseAge>): PreservationReport;
};

/** Below this share of the expected renewals, leases that run out are kept. */
const SHARE = 0.85;
/** Among fewer instances a single crash could look like a failing network. */
export const SMALLEST_FLEET = 10;

export function createSelfPreservation(
  mode: Pick<Mode, 'preservation'>,
  clock: () => number,
): SelfPreservation {
  return mode.preservation === 'threshold' ? byThreshold(clock) : byOwnIntervals(clock);
}

/**
 * Ours. Each lease is worth the renewals a minute that its own interval promises. An instance that
 * has been silent for two of its intervals, or for its whole lease, is overdue, and what it is
 * worth is missing. When more than 15 % of the whole is missing at once in a fleet that is large
 * enough to tell, leases that run out are kept.
 */
function byOwnIntervals(clock: () => number): SelfPreservation {
  const received = slidingMinute(clock);
  return {
    joined() {},
    left() {},
    renewed: () => received.count(),
    report(leases) {
      const nowMs = clock();
      let [instances, overdue, expectedPerMinute, countedPerMinute] = [0, 0, 0, 0];
      for (const { instance, renewedMs } of leases) {
        const worth = 60 / instance.renewalSeconds;
        const silentMs = Math.min(2 * instance.renewalSeconds, instance.leaseSeconds) * 1000;
        const isOverdue = nowMs - renewedMs > silentMs;
        instances += 1;
        expectedPerMinute += worth;
        if (isOverdue) overdue += 1;
        else countedPerMinute += worth;
      }
      const thresholdPerMinute = SHARE * expectedPerMinute;
      const active = instances >= SMALLEST_FLEET && countedPerMinute < thresholdPerMinute;
      const receivedPerMinute = received.total();
      return {
        active,
        instances,
        overdue,
        expectedPerMinute,
        thresholdPerMinute,
        countedPerMinute,
        receivedPerMinute,
      };
    },
  };
}

const RECOUNT_MS = 15 * 60_000;

/**
 * Netflix's, as Spring starts it: one client too many is expected, every client is taken to renew
 * twice a minute, and the renewals of the last full minute count. Every 15 minutes the clients
 * are counted anew, unless too many of them are missing.
 */
function byThreshold(clock: () => number): SelfPreservation {
  const lastMinute = tumblingMinute(clock);
  let expectedClients = 1;
  let recountAtMs = clock() + RECOUNT_MS;
  let known = 0;

  function recount() {
    if (clock() < recountAtMs) return;
    recountAtMs += RECOUNT_MS * Math.ceil((clock() - recountAtMs + 1) / RECOUNT_MS);
    if (known > SHARE * expectedClients) expectedClients = known;
  }

  return {
    joined() {
      known += 1;
      if (expectedClients > 0) expectedClients += 1;
    },
    left() {
      known -= 1;
      if (expectedClients > 0) expectedClients -= 1;
    },
    renewed: () => lastMinute.count(),
    report() {
      recount();
      const thresholdPerMinute = Math.floor(expectedClients * 2 * SHARE);
      const receivedPerMinute = lastMinute.total();
      return {
        active: !(thresholdPerMinute > 0 && receivedPerMinute > thresholdPerMinute),
        instances: known,
        overdue: 0,
        expectedPerMinute: expectedClients * 2,
        thresholdPerMinute,
        countedPerMinute: receivedPerMinute,
        receivedPerMinute,
      };
    },
  };
}

/** Counts within the last 60 seconds, to the second. */
function slidingMinute(clock: () => number) {
  const perSecond = new Uint32Array(60);
  let lastSecond = Math.floor(clock() / 1000);

  function roll() {
    const second = Math.floor(clock() / 1000);
    const steps = Math.min(60, second - lastSecond);
    for (let step = 1; step <= steps; step += 1) perSecond[(lastSecond + step) % 60] = 0;
    if (second !== lastSecond) lastSecond = second;
    return second % 60;
  }

  return {
    count() {
      const slot = roll();
      perSecond[slot] = (perSecond[slot] ?? 0) + 1;
    },
    total() {
      roll();
      return perSecond.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** The count of the last full minute, minutes being counted from the start. */
function tumblingMinute(clock: () => number) {
  let startMs = clock();
  let current = 0;
  let last = 0;

  function roll() {
    const minutes = Math.floor((clock() - startMs) / 60_000);
    if (minutes < 1) return;
    last = minutes === 1 ? current : 0;
    current = 0;
    startMs += minutes * 60_000;
  }

  return {
    count() {
      roll();
      current += 1;
    },
    total() {
      roll();
      return last;
    },
  };
}
