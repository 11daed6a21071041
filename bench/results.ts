import { join } from 'node:path';

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What a measurement found, beside what it was found with, as `results/{name}.json`. */
export async function writeResults(name: string, results: object): Promise<void> {
  const text = JSON.stringify({ bun: Bun.version, ...results }, null, 2);
  await Bun.write(join(import.meta.dir, 'results', `${name}.json`), `${text}\n`);
}
