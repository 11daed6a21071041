import { tumblingMinute } from './minutes.ts';
import { NEEDED_SHARE, type SelfPreservation } from './preservation-report.ts';

/**
 * Netflix's, as Spring starts it: one client too many is expected, every client is taken to renew
 * twice a minute, and the renewals of the last full minute count. Every 15 minutes the clients
 * are counted anew, unless too many of them are missing.
 */
export function byThreshold(clock: () => number): SelfPreservation {
  const lastMinute = tumblingMinute(clock);
  let expectedClients = 1;
  let recountAtMs = clock() + RECOUNT_MS;
  let known = 0;

  function recount() {
    if (clock() < recountAtMs) return;
    recountAtMs += RECOUNT_MS * Math.ceil((clock() - recountAtMs + 1) / RECOUNT_MS);
    if (known > NEEDED_SHARE * expectedClients) expectedClients = known;
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
      const thresholdPerMinute = Math.floor(expectedClients * 2 * NEEDED_SHARE);
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

const RECOUNT_MS = 15 * 60_000;
