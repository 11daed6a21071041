import { expect, test } from 'bun:test';

import { array, assert, double, infiniteStream, integer, property } from 'fast-check';

import { createBalancer, type PickOptions } from './balancer.ts';
import type { Instance } from './instance.ts';

const weighted = (weights: readonly number[]): Instance[] =>
  weights.map((weight, n) => ({
    id: `i${n}`,
    service: 's',
    url: `http://i${n}`,
    metadata: {},
    weight,
  }));

/** As even as random numbers can be: every part of the range as often as any other. */
function evenNumbers(seed: number) {
  let n = seed;
  // The golden ratio's multiples fill the unit interval evenly (Weyl).
  return () => (n = (n + 0.618_033_988_749_895) % 1);
}

function countPicks(
  weights: readonly number[],
  picks: number,
  options: PickOptions & { random?: () => number; isHeld?: boolean },
) {
  const instances = weighted(weights);
  const balancer = createBalancer({ random: options.random ?? (() => 0), now: () => 0 });
  const counts = weights.map(() => 0);
  for (let n = 0; n < picks; n += 1) {
    const pick = balancer.pick(instances, options)!;
    counts[instances.indexOf(pick.instance)]! += 1;
    if (!options.isHeld) pick.done('success');
  }
  return counts;
}

const someWeights = array(integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 });
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

test('while nobody is busy, shares follow the weights', () => {
  assert(
    property(someWeights, double({ min: 0, max: 0.999, noNaN: true }), (weights, seed) => {
      const picks = 2000;
      // The second of the two draws decides nothing then, so that only the first one counts.
      const even = evenNumbers(seed);
      let draws = 0;
      const random = () => ((draws += 1) % 2 === 1 ? even() : 0.5);
      const counts = countPicks(weights, picks, { random });
      for (const [n, weight] of weights.entries()) {
        const share = weight / sum(weights);
        expect(Math.abs(counts[n]! / picks - share)).toBeLessThan(0.02);
      }
    }),
    { numRuns: 30 },
  );
});

test('of two who are busy neither gets further ahead of its weight than one request', () => {
  assert(
    property(
      integer({ min: 1, max: 9 }),
      integer({ min: 1, max: 9 }),
      infiniteStream(double({ min: 0, max: 0.999, noNaN: true })),
      (one, other, numbers) => {
        const random = () => numbers.next().value;
        const [a = 0, b = 0] = countPicks([one, other], 40, { random, isHeld: true });
        expect(a / one - b / other).toBeLessThanOrEqual(1 / one + 1e-9);
        expect(b / other - a / one).toBeLessThanOrEqual(1 / other + 1e-9);
      },
    ),
  );
});

test('who weighs nothing gets nothing, unless nobody weighs anything', () => {
  assert(
    property(infiniteStream(double({ min: 0, max: 0.999, noNaN: true })), (numbers) => {
      const random = () => numbers.next().value;
      expect(countPicks([0, 1, 0, 3], 50, { random })).toMatchObject({ 0: 0, 2: 0 });
      expect(sum(countPicks([0, 0], 5, { random }))).toBe(5);
    }),
  );
});

test('in turn everybody gets exactly its weight in every round', () => {
  assert(
    property(someWeights, integer({ min: 1, max: 5 }), (weights, rounds) => {
      const counts = countPicks(weights, sum(weights) * rounds, { method: 'roundRobin' });
      expect(counts).toEqual(weights.map((weight) => weight * rounds));
    }),
  );
});

test('in turn nobody comes twice before everybody came once, where all weigh the same', () => {
  const instances = weighted([2, 2, 2]);
  const balancer = createBalancer();
  const order = Array.from({ length: 9 }, () => {
    const pick = balancer.pick(instances, { method: 'roundRobin' })!;
    return pick.instance.id;
  });
  expect(order.slice(3)).toEqual(order.slice(0, 6));
  expect(new Set(order.slice(0, 3)).size).toBe(3);
});

test('the one that is preferred is chosen while it can be', () => {
  const instances = weighted([1, 1, 1]);
  const balancer = createBalancer({ now: () => 0 });
  const prefer = 'i1 http://i1';
  for (let n = 0; n < 5; n += 1)
    expect(balancer.pick(instances, { prefer })!.instance.id).toBe('i1');
  expect(balancer.pick(instances, { prefer, exclude: new Set([prefer]) })!.instance.id).not.toBe(
    'i1',
  );
  balancer.pick(instances, { prefer })!.done('refused');
  expect(balancer.pick(instances, { prefer })!.instance.id).not.toBe('i1');
});
