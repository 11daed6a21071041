import { expect, test } from 'bun:test';

import { createEvictor } from './eviction.ts';
import { createLeases } from './leases.ts';
import { instance, testClock } from './testing.ts';

function fleet(size: number, intervalSeconds = (_index: number) => 30) {
  const { clock, pass } = testClock();
  const leases = createLeases({ clock });
  const evictor = createEvictor({ leases });
  const ids = Array.from({ length: size }, (_, index) => `host${index}`);
  for (const [index, instanceId] of ids.entries()) {
    const renewalIntervalInSecs = intervalSeconds(index);
    const leaseInfo = { renewalIntervalInSecs, durationInSecs: 3 * renewalIntervalInSecs };
    leases.register(instance({ app: 'A', instanceId, leaseInfo }, clock()));
  }
  /** Time passes, and all but the silent renew. */
  const live = (seconds: number, silent: number) => {
    for (let second = 0; second < seconds; second += 1) {
      pass(1);
      for (const id of ids.slice(silent)) leases.renew('A', id);
      evictor.run();
    }
  };
  return { leases, live };
}

test('one crash in any fleet is a crash', () => {
  for (const size of [1, 2, 3, 9, 10, 20]) {
    const { leases, live } = fleet(size);
    live(92, 1);
    expect(leases.size()).toBe(size - 1);
  }
});

test('many who fall silent at once in a large fleet are kept, until enough are back', () => {
  const { leases, live } = fleet(20);
  live(200, 4);
  expect(leases.size()).toBe(20);
  expect(leases.preservation()).toMatchObject({
    active: true,
    overdue: 4,
    expectedPerMinute: 40,
    thresholdPerMinute: 34,
    countedPerMinute: 32,
  });
  leases.renew('A', 'host0');
  live(1, 4);
  expect(leases.size()).toBe(17);
});

test('each lease counts with its own interval', () => {
  // Ten quick instances are worth 60 renewals a minute each, ten slow ones one each.
  const { leases, live } = fleet(20, (index) => (index < 10 ? 60 : 1));
  live(200, 10);
  expect(leases.size()).toBe(10);
});
