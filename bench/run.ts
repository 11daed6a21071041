import { join } from 'node:path';

/**
 * Every measurement, one after the other, since each needs the machine for itself; `bun run bench
 * client gateway` runs these only. Each prints a table and writes `results/{name}.json`; one that
 * fails does not keep the others.
 */
const benches = [
  'billing',
  'client',
  'gateway',
  'gateway-routes',
  'gateway-bodies',
  'gateway-memory',
  'gateway-leave',
  'gateway-crash',
  'lists',
  'registry',
  'registry-crash',
];

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !benches.includes(name));
if (unknown !== undefined) {
  console.error(`There is no measurement '${unknown}': there are ${benches.join(', ')}`);
  process.exit(1);
}

const failed: string[] = [];
for (const name of benches.filter((each) => asked.length === 0 || asked.includes(each))) {
  console.log(`\n── ${name}`);
  const startedMs = performance.now();
  const bench = Bun.spawn([process.execPath, join(import.meta.dir, `${name}.ts`)], {
    stdio: ['inherit', 'inherit', 'inherit'],
  });
  if ((await bench.exited) !== 0) failed.push(name);
  console.log(`── ${name}: ${Math.round((performance.now() - startedMs) / 1000)} s`);
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}; the others are measured`);
  process.exitCode = 1;
}
