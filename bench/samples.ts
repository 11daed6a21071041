import { median } from './results.ts';

/** How fast some work was done, and how long each piece of it took. */
export type Sample = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/** Does the work for each item, so many at a time. */
export async function measure<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<Sample> {
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  await manyAtATime(width, items.length, async (n) => {
    const sentMs = performance.now();
    // eslint-disable-next-line typescript/no-unsafe-type-assertion -- n counts the items
    await work(items[n] as T);
    latenciesMs.push(performance.now() - sentMs);
  });
  const seconds = (performance.now() - startedMs) / 1000;
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
  return { perSecond: items.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** What `work` gives for 0, 1 and so on, in that order; so many are under way at a time. */
export async function manyAtATime<T>(
  width: number,
  count: number,
  work: (n: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** The medians of several samples, each by itself. */
export function middle(samples: readonly Sample[]): Sample {
  return {
    perSecond: median(samples.map(({ perSecond }) => perSecond)),
    p50Ms: median(samples.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(samples.map(({ p99Ms }) => p99Ms)),
  };
}
