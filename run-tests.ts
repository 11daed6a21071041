import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { guarded } from './platform/guard.ts';
import { type ProcessGroup, startGroup } from './platform/process-group.ts';
import { onStopRequest } from './platform/stop-request.ts';

type Step = {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** How a test runner reports; a step without only passes or fails. */
  readonly passed?: RegExp;
  readonly failed?: RegExp;
};

const bun = process.execPath;

const tests: Step = {
  name: 'tests',
  command: [bun, 'test', '--parallel', '--timeout=60000'],
  passed: /^ *(\d+) pass$/gm,
  failed: /^ *(\d+) fail$/gm,
};
const webTests: Step = {
  name: 'web tests',
  command: [bun, '--bun', 'ng', 'test'],
  cwd: 'web',
  passed: /^ *Tests .*?(\d+) passed/gm,
  failed: /^ *Tests .*?(\d+) failed/gm,
};
/** Far to the east and to the west, where a day that is taken for an instant becomes another one. */
const zones = ['Pacific/Auckland', 'America/Los_Angeles'];
const inZone = (zone: string, step: Step): Step => ({
  ...step,
  name: `${step.name} in ${zone}`,
  env: { TZ: zone },
});

// The one gate: everything that must hold, from the quickest to the slowest.
const steps: readonly Step[] = [
  { name: 'format', command: [bun, 'fmt', '--check', '.'] },
  { name: 'types', command: [bun, 'check'] },
  { name: 'lint', command: [bun, '--bun', 'oxlint', '--type-aware'] },
  { name: 'dead code', command: [bun, '--bun', 'knip'] },
  tests,
  { name: 'web build', command: [bun, 'stack.ts', '--build'] },
  webTests,
  ...zones.flatMap((zone) => [
    inZone(zone, { ...tests, command: [...tests.command, 'billing', 'customer', 'inventory'] }),
    inZone(zone, webTests),
  ]),
  { name: 'browser', command: [bun, 'e2e/ensure-browser.ts'] },
  {
    name: 'journeys',
    command: [bun, '--bun', 'playwright', 'test'],
    cwd: 'e2e',
    passed: /^ *(\d+) passed/gm,
    failed: /^ *(\d+) (?:failed|flaky|interrupted|did not run)/gm,
  },
];

type Result = { readonly name: string; readonly passed: number; readonly failed: number };

const waiting = steps.filter(({ name }) => process.argv.length < 3 || process.argv.includes(name));
const unknown = process.argv.slice(2).filter((word) => steps.every(({ name }) => name !== word));
if (unknown.length > 0) {
  const names = steps.map(({ name }) => `'${name}'`).join(', ');
  console.error(`There is no step '${unknown[0]}': there are ${names}`);
  process.exit(1);
}
const folder = await mkdtemp(join(tmpdir(), 'comptoir-tests-'));
const results: Result[] = [];
let running: ProcessGroup | undefined;
onStopRequest((reason) => {
  console.log(`Stopping: ${reason}`);
  waiting.length = 0;
  void running?.stop('SIGTERM', 2000);
});
try {
  await chmod(folder, 0o755); // A database server that root starts runs as another user.
  const server = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  for (let step = waiting.shift(); step; step = waiting.shift()) {
    results.push(await run(step, server.url));
  }
  await server.stop();
} finally {
  await rm(folder, { recursive: true, force: true });
}
const broken = results.filter(({ failed }) => failed > 0).map(({ name }) => name);
if (broken.length > 0) console.log(`\nNot passed: ${broken.join(', ')}`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = broken.length > 0 ? 1 : 0;

/** Runs one step, showing what it prints, and counts its tests. Failing at all counts as one. */
async function run(
  { name, command, cwd = '.', env = {}, passed, failed }: Step,
  url: string,
): Promise<Result> {
  console.log(`\n── ${name}`);
  const startedAt = performance.now();
  let printed = '';
  running = startGroup({
    command: guarded(command, 'TERM'),
    cwd: join(import.meta.dir, cwd),
    env: {
      ...process.env,
      TEST_DATABASE_URL: url,
      NO_COLOR: '1',
      NG_CLI_ANALYTICS: 'false',
      ...env,
    },
    onLine(line) {
      console.log(line);
      printed += `${line}\n`;
    },
  });
  const end = await running.ended;
  const count = (pattern?: RegExp) =>
    pattern ? [...printed.matchAll(pattern)].reduce((all, [, n]) => all + Number(n), 0) : 0;
  const failures = count(failed) || (end === 'code 0' ? 0 : 1);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`── ${name}: ${failures === 0 ? 'passed' : 'FAILED'} in ${seconds} s`);
  return { name, passed: count(passed), failed: failures };
}

function sum(key: 'passed' | 'failed'): number {
  return results.reduce((all, result) => all + result[key], 0);
}
