import { slidingMinute } from './minutes.ts';
import type { Mode } from './modes.ts';
import { byThreshold } from './netflix-preservation.ts';
import { NEEDED_SHARE, type SelfPreservation, SMALLEST_FLEET } from './preservation-report.ts';

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
      const thresholdPerMinute = NEEDED_SHARE * expectedPerMinute;
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
