import { expect, test } from 'bun:test';

import { array, assert, constantFrom, integer, property, record } from 'fast-check';

import { createBalancer } from './balancer.ts';
import type { Outcome } from './instance-health.ts';
import { type Instance, instanceKey } from './instance.ts';

const instances = (...ids: string[]): Instance[] =>
  ids.map((id) => ({ id, service: 's', url: `http://${id}`, metadata: {} }));

const allBut = (all: readonly Instance[], one: Instance) =>
  new Set(all.filter((other) => other !== one).map((other) => instanceKey(other)));

/** A balancer at a time that the test says, asked for one instance at a time. */
function balancerAt() {
  const clock = { nowMs: 0 };
  const balancer = createBalancer({ now: () => clock.nowMs });
  const pickOne = (all: readonly Instance[], one: Instance) =>
    balancer.pick(all, { exclude: allBut(all, one) })!;
  const report = (all: readonly Instance[], one: Instance, ...outcomes: Outcome[]) => {
    for (const outcome of outcomes) pickOne(all, one).done(outcome, `because ${outcome}`);
  };
  const look = (all: readonly Instance[]) =>
    balancer.inspect(all).map(({ health, share }) => ({ phase: health.phase, share }));
  return { clock, balancer, pickOne, report, look };
}

test('who was set aside comes back with a share that grows for as long as it was aside', () => {
  const { clock, report, look } = balancerAt();
  const both = instances('a', 'b');
  report(both, both[0]!, 'refused');
  clock.nowMs = 500;
  report(both, both[0]!, 'success');
  expect(look(both)[0]).toEqual({ phase: 'returning', share: 0.1 });
  clock.nowMs = 750;
  expect(look(both)[0]).toEqual({ phase: 'returning', share: 0.5 });
  clock.nowMs = 1000;
  report(both, both[0]!, 'success');
  expect(look(both)[0]).toEqual({ phase: 'well', share: 1 });
});

test('who fails again while it comes back is set aside for twice as long', () => {
  const { clock, balancer, report } = balancerAt();
  const both = instances('a', 'b');
  const lengths = [1, 2, 3, 4, 5, 6, 7, 8].map(() => {
    report(both, both[0]!, 'refused');
    const { asideSinceMs, asideUntilMs } = balancer.inspect(both)[0]!.health;
    clock.nowMs = asideUntilMs;
    report(both, both[0]!, 'success');
    return asideUntilMs - asideSinceMs;
  });
  expect(lengths).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('why it is set aside is remembered', () => {
  const { balancer, report } = balancerAt();
  const both = instances('a', 'b');
  report(both, both[0]!, 'refused');
  expect(balancer.inspect(both)[0]!.health).toMatchObject({
    phase: 'aside',
    asideCount: 1,
    reason: 'because refused',
  });
});

test('failures set aside half of a service at most, refusals whoever refuses', () => {
  assert(
    property(
      integer({ min: 1, max: 8 }),
      array(integer({ min: 0, max: 7 }), { maxLength: 100 }),
      (count, failing) => {
        const { report, look } = balancerAt();
        const all = instances(...Array.from({ length: count }, (_, n) => `i${n}`));
        for (const who of failing) report(all, all[who % count]!, 'failed');
        const aside = look(all).filter(({ phase }) => phase === 'aside').length;
        expect(aside).toBeLessThanOrEqual(count / 2);
      },
    ),
  );
  const { report, look } = balancerAt();
  const all = instances('a', 'b', 'c');
  for (const one of all) report(all, one, 'refused');
  expect(look(all).every(({ phase }) => phase === 'aside')).toBe(true);
});

test('what was under way before it was set aside neither brings it back nor counts against it', () => {
  const { clock, balancer, pickOne } = balancerAt();
  const both = instances('a', 'b');
  const early = [1, 2, 3].map(() => pickOne(both, both[0]!));
  pickOne(both, both[0]!).done('refused');
  early[0]!.done('success');
  expect(balancer.inspect(both)[0]!.health.phase).toBe('aside');
  clock.nowMs = 600;
  early[1]!.done('refused');
  expect(balancer.inspect(both)[0]!.health).toMatchObject({ asideCount: 1, asideUntilMs: 500 });
});

test('whatever happens, somebody is picked, and what is pending adds up', () => {
  const outcome = constantFrom<Outcome>('success', 'refused', 'failed', 'aborted');
  assert(
    property(
      array(record({ outcome, afterMs: integer({ min: 0, max: 3000 }) }), { maxLength: 80 }),
      (steps) => {
        const { clock, balancer } = balancerAt();
        const all = instances('a', 'b', 'c');
        const held = balancer.pick(all)!;
        for (const step of steps) {
          clock.nowMs += step.afterMs;
          const pick = balancer.pick(all);
          expect(pick).toBeDefined();
          pick!.done(step.outcome);
        }
        const pending = balancer.inspect(all).map(({ health }) => health.pending);
        expect(pending.reduce((a, b) => a + b)).toBe(1);
        held.done('success');
      },
    ),
  );
});

test('a new instance starts slowly, those that were there from the beginning do not', () => {
  const { clock, balancer } = balancerAt();
  const both = instances('a', 'b');
  const three = [...both, ...instances('c')];
  const options = { slowStartMs: 1000 };
  const shares = (all: readonly Instance[]) =>
    balancer.inspect(all, options).map(({ share }) => share);
  balancer.pick(both, options)!.done('success');
  expect(shares(both)).toEqual([1, 1]);
  clock.nowMs = 5000;
  balancer.pick(three, options)!.done('success');
  expect(shares(three)).toEqual([1, 1, 0.1]);
  clock.nowMs = 5500;
  expect(shares(three)).toEqual([1, 1, 0.5]);
  // The same instances in a list made anew are the same instances.
  expect(shares([...both, ...instances('c')])).toEqual([1, 1, 0.5]);
  clock.nowMs = 6000;
  expect(shares(three)).toEqual([1, 1, 1]);
  // Who left and came back is new.
  expect(shares(both)).toEqual([1, 1]);
  expect(shares(three)).toEqual([1, 1, 0.1]);
});

test('the share of a new instance is the share of the requests that it gets', () => {
  let n = 0;
  const clock = { nowMs: 0 };
  const random = () => (n = (n + 0.618_033_988_749_895) % 1);
  let draws = 0;
  const balancer = createBalancer({
    now: () => clock.nowMs,
    random: () => ((draws += 1) % 2 === 1 ? random() : 0.5),
  });
  const [a, b] = instances('a', 'b');
  const options = { slowStartMs: 1000 };
  balancer.pick([a!], options)!.done('success');
  const both = [a!, b!];
  const shareOfB = () => {
    let count = 0;
    for (let asked = 0; asked < 1000; asked += 1) {
      const pick = balancer.pick(both, options)!;
      if (pick.instance === b) count += 1;
      pick.done('success');
    }
    return count / 1000;
  };
  expect(shareOfB()).toBeCloseTo(0.1 / 1.1, 1);
  clock.nowMs = 500;
  expect(shareOfB()).toBeCloseTo(0.5 / 1.5, 1);
  clock.nowMs = 1000;
  expect(shareOfB()).toBeCloseTo(0.5, 1);
});
