import { expect, test } from 'bun:test';

import { batched, done, failed } from './batched.ts';

/** Notes what is done together; each run waits until it is let go. */
function observed(limit = 10, atOnce = 1) {
  const batches: number[][] = [];
  const gates: (() => void)[] = [];
  const double = batched<number, number>({
    limit,
    atOnce,
    async work(items) {
      batches.push(items.map(({ item }) => item));
      await new Promise<void>((resolve) => gates.push(resolve));
      if (items.length > 1 && items.some(({ item }) => item === 13)) throw new Error('unlucky');
      return items.map(({ item }) => (item < 0 ? failed(new Error('negative')) : done(item * 2)));
    },
  });
  const letGo = async () => {
    while (gates.length > 0) {
      gates.shift()?.();
      await Bun.sleep(0);
    }
  };
  return { batches, gates, double, letGo };
}

test('one alone is done at once, and what comes meanwhile is done together after it', async () => {
  const { batches, double, letGo } = observed();
  const results = Promise.all([double(1), double(2), double(3)]);
  expect(batches).toEqual([[1]]);
  await letGo();
  expect(await results).toEqual([2, 4, 6]);
  expect(batches).toEqual([[1], [2, 3]]);
});

test('no more goes together than the limit', async () => {
  const { batches, double, letGo } = observed(2);
  const results = Promise.all([1, 2, 3, 4, 5].map(double));
  await letGo();
  expect(await results).toEqual([2, 4, 6, 8, 10]);
  expect(batches).toEqual([[1], [2, 3], [4, 5]]);
});

test('as many are under way as are said', async () => {
  const { batches, double, letGo } = observed(10, 2);
  const results = Promise.all([1, 2, 3, 4].map(double));
  expect(batches).toEqual([[1], [2]]);
  await letGo();
  expect(await results).toEqual([2, 4, 6, 8]);
  expect(batches).toEqual([[1], [2], [3, 4]]);
});

test('another begins beside the first with as many as that has, and takes its share of all', async () => {
  const { batches, gates, double } = observed(100, 2);
  const callMany = (count: number) => Array.from({ length: count }, (_, n) => double(n));
  const results = callMany(9);
  expect(batches.map(({ length }) => length)).toEqual([1, 1]);
  gates.shift()?.();
  await Bun.sleep(0);
  expect(batches.map(({ length }) => length)).toEqual([1, 1, 4]);
  gates.shift()?.();
  await Bun.sleep(0);
  expect(batches).toHaveLength(3);
  results.push(...callMany(1));
  expect(batches.map(({ length }) => length)).toEqual([1, 1, 4, 4]);
  for (const letGo of gates) letGo();
  await Promise.all(results);
});

test('one that is refused does not keep the others', async () => {
  const { double, letGo } = observed();
  const results = Promise.allSettled([1, -2, 3].map(double));
  await letGo();
  expect(await results).toMatchObject([
    { value: 2 },
    { reason: { message: 'negative' } },
    { value: 6 },
  ]);
});

test('those that fail together are done alone, while later ones go on', async () => {
  const { batches, double, letGo } = observed();
  const results = Promise.all([1, 12, 13].map(double));
  await letGo();
  const later = double(4);
  await letGo();
  expect(await results).toEqual([2, 24, 26]);
  expect(await later).toBe(8);
  expect(batches).toEqual([[1], [12, 13], [12], [13], [4]]);
});
