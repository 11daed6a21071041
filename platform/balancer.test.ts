import { expect, test } from 'bun:test';

import { assert, double, infiniteStream, property } from 'fast-check';

import { createBalancer, instanceKey } from './balancer.ts';
import type { Instance } from './instance.ts';

const instances = (...ids: string[]): Instance[] =>
  ids.map((id) => ({ id, service: 's', url: `http://${id}`, metadata: {} }));

test('pick() gives nothing when there is nobody, or when all were tried', () => {
  const balancer = createBalancer();
  const both = instances('a', 'b');
  expect(balancer.pick([])).toBeUndefined();
  expect(balancer.pick(both, { exclude: new Set(both.map(instanceKey)) })).toBeUndefined();
});

test('pick() prefers the instance with fewer requests under way', () => {
  const balancer = createBalancer();
  const both = instances('a', 'b');
  const first = balancer.pick(both)!;
  const second = balancer.pick(both)!;
  expect(second.instance).not.toBe(first.instance);
  first.done('success');
  expect(balancer.pick(both)!.instance).toBe(first.instance);
});

test('pick() keeps two instances within one request of each other, whatever the random numbers', () => {
  assert(
    property(infiniteStream(double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
      const balancer = createBalancer({ random: () => numbers.next().value });
      const counts = { a: 0, b: 0 };
      for (let n = 0; n < 20; n += 1) {
        const { id } = balancer.pick(instances('a', 'b'))!.instance;
        counts[id === 'a' ? 'a' : 'b'] += 1;
        expect(Math.abs(counts.a - counts.b)).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('an instance that refuses is set aside at once, longer each time, and returns with one request', () => {
  let nowMs = 0;
  const balancer = createBalancer({ now: () => nowMs });
  const both = instances('a', 'b');
  const onlyA = { exclude: new Set([instanceKey(both[1]!)]) };
  const picked = () => {
    const pick = balancer.pick(both)!;
    pick.done('success');
    return pick.instance.id;
  };
  const shareOfA = () => Array.from({ length: 1000 }, picked).filter((id) => id === 'a').length;

  balancer.pick(both, onlyA)!.done('refused');
  expect(shareOfA()).toBe(0);
  nowMs = 500;
  const probe = balancer.pick(both, onlyA)!;
  expect(shareOfA()).toBe(0);
  probe.done('refused');
  nowMs = 1400;
  expect(shareOfA()).toBe(0);
  nowMs = 1500;
  balancer.pick(both, onlyA)!.done('success');
  expect(shareOfA()).toBeGreaterThan(0);
});

test('instances that all refuse are still tried', () => {
  const balancer = createBalancer({ now: () => 0 });
  const both = instances('a', 'b');
  for (const { id } of both) {
    const exclude = new Set(both.filter((one) => one.id !== id).map(instanceKey));
    balancer.pick(both, { exclude })!.done('refused');
  }
  expect(balancer.pick(both)).toBeDefined();
});

test('five failures in a row set an instance aside, a success in between does not', () => {
  const balancer = createBalancer({ now: () => 0 });
  const both = instances('a', 'b');
  const exclude = new Set([instanceKey(both[1]!)]);
  const report = (...outcomes: ('failed' | 'success')[]) => {
    for (const outcome of outcomes) balancer.pick(both, { exclude })!.done(outcome);
  };
  const seen = () => {
    const ids = new Set<string>();
    for (let n = 0; n < 50; n += 1) {
      const pick = balancer.pick(both)!;
      ids.add(pick.instance.id);
      pick.done('aborted');
    }
    return ids;
  };
  report('failed', 'failed', 'failed', 'failed', 'success', 'failed');
  expect(seen()).toEqual(new Set(['a', 'b']));
  report('failed', 'failed', 'failed', 'failed');
  expect(seen()).toEqual(new Set(['b']));
});

test('done() counts once', () => {
  const balancer = createBalancer();
  const both = instances('a', 'b');
  const first = balancer.pick(both)!;
  first.done('success');
  first.done('success');
  const held = balancer.pick(both)!;
  expect(balancer.pick(both)!.instance).not.toBe(held.instance);
});

test('an instance at a new address does not inherit what happened at the old one', () => {
  const balancer = createBalancer({ now: () => 0 });
  const [a, b] = instances('a', 'b');
  balancer.pick([a!])!.done('refused');
  const moved = { ...a!, url: 'http://elsewhere' };
  const ids = new Set(
    Array.from({ length: 50 }, () => {
      const pick = balancer.pick([moved, b!])!;
      pick.done('success');
      return pick.instance.url;
    }),
  );
  expect(ids).toContain('http://elsewhere');
});

test('who failed and was not asked for long starts afresh, not with a single request', () => {
  let nowMs = 0;
  const balancer = createBalancer({ now: () => nowMs });
  const [a, b] = instances('a', 'b');
  const shareOfA = () => {
    const picks = Array.from({ length: 20 }, () => balancer.pick([a!, b!])!);
    for (const pick of picks) pick.done('aborted');
    return picks.filter(({ instance }) => instance === a).length;
  };
  balancer.pick([a!])!.done('refused');
  expect(shareOfA()).toBe(0);
  nowMs = 500;
  expect(shareOfA()).toBe(1);
  nowMs = 61_000;
  expect(shareOfA()).toBe(10);
});

test('an instance that a registry tells of anew is still the same one', () => {
  const balancer = createBalancer({ now: () => 0 });
  balancer.pick(instances('a'))!.done('refused');
  for (let n = 0; n < 20; n += 1) {
    const pick = balancer.pick(instances('a', 'b'))!;
    expect(pick.instance.id).toBe('b');
    pick.done('success');
  }
});

test('pick() stays within the zone while someone is available there', () => {
  const balancer = createBalancer({ now: () => 0, zone: '1' });
  const [far, near] = instances('far', 'near');
  Object.assign(far!, { zone: '0' });
  Object.assign(near!, { zone: '1' });
  const pick = () => balancer.pick([far!, near!])!;
  expect(pick().instance).toBe(near!);
  pick().done('refused');
  expect(pick().instance).toBe(far!);
});
