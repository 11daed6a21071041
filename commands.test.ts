import { expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { testFolder } from './platform/testing-folder.ts';

const AWAY = 'postgres://me:secret@127.0.0.1:1/postgres';
const VERIFY = 'billing/verify-command.ts';
const RECONCILE = 'inventory/reconcile.ts';

const parts = ['REGISTRY', 'GATEWAY', 'CUSTOMER', 'INVENTORY', 'BILLING'];
const FREE_PORTS = Object.fromEntries(parts.map((part) => [`${part}_PORT`, '0']));

type Env = Readonly<Record<string, string>>;

async function run(words: readonly string[], env: Env) {
  const child = Bun.spawn([process.execPath, ...words], {
    cwd: import.meta.dir,
    env: { ...process.env, ...FREE_PORTS, DATABASE_URL: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, said: stdout + stderr };
}

const usage = (what: string) => ` '${what}'\n`;
const SEED = usage(
  'bun run seed [--customers N] [--products N] [--invoices N] [--seed N] [--until DAY] [--replace]',
);

test.each([
  ['backup.ts', `Cannot back up: Say where to:${usage('bun run backup FILE')}`],
  ['backup.ts a b', `Cannot back up: Say where to:${usage('bun run backup FILE')}`],
  [
    'backup.ts --fast a',
    `Cannot back up: Unknown option '--fast': say${usage('bun run backup FILE [--overwrite]')}`,
  ],
  [
    'restore.ts',
    `Cannot restore: Say from where:${usage("bun run restore FILE', or 'bun run restore --undo")}`,
  ],
  [
    'restore.ts --undo a',
    `Cannot restore: Say from where:${usage("bun run restore FILE', or 'bun run restore --undo")}`,
  ],
  ['seed.ts --more', `Cannot seed: Unknown option '--more': say${SEED}`],
  ['seed.ts more', `Cannot seed: Unexpected argument 'more': say${SEED}`],
  ['seed.ts --seed -1', `Cannot seed: Option '--seed' argument is ambiguous: say${SEED}`],
  ['seed.ts --seed', `Cannot seed: Option '--seed <value>' argument missing: say${SEED}`],
  [
    'seed.ts --products 1.5',
    "Cannot seed: --products must be a number from 1 to 99999999 (is '1.5')\n",
  ],
  [
    'seed.ts --until 2026-02-30',
    "Cannot seed: --until must be a day such as 2026-11-22 (is '2026-02-30')\n",
  ],
  [
    `${VERIFY} --wrong`,
    `Cannot verify the invoices: Unknown option '--wrong': say${usage('bun run --filter billing verify [--recount]')}`,
  ],
  [
    `${RECONCILE} --wrong`,
    `Cannot reconcile the stock: Unknown option '--wrong': say${usage('bun inventory/reconcile.ts')}`,
  ],
  [
    'stack.ts --wrong',
    "Cannot start: Unknown '--wrong': there are --watch, --build and --without registry,gateway,customer,inventory,billing,web\n",
  ],
  ['run-tests.ts test', /^There is no step 'test': there are 'format', 'types', .*\n$/],
  ['bench/run.ts wrong', /^There is no measurement 'wrong': there are billing, .*\n$/],
])('%s ends with one line that says what to do, before anything is touched', async (line, said) => {
  const DATA_DIR = join(testFolder(), 'data');
  const result = await run(line.split(' '), { DATA_DIR });
  expect(result.said).toMatch(said);
  expect(result.said.trim().split('\n')).toHaveLength(1);
  expect(result.code).toBe(1);
  expect(existsSync(DATA_DIR)).toBe(false);
});

test.each([
  ['backup.ts --help', /^Writes all data.*\n\n {2}bun run backup FILE \[--overwrite\]\n$/],
  ['restore.ts file -h', /^Puts a backup .*\n\n {2}bun run restore FILE, or .*\n$/],
  ['seed.ts --help', /^Makes data up.*\n\n {2}bun run seed \[--customers N\].*\n$/],
  [`${VERIFY} --help`, /^Reads every invoice .*\n\n {2}bun run --filter billing verify .*\n$/],
  [`${RECONCILE} --help`, /^Says where stock .*\n\n {2}bun inventory\/reconcile.ts\n$/],
])('%s says what it is for and how it is typed, and does nothing', async (line, said) => {
  const result = await run(line.split(' '), { DATABASE_URL: AWAY });
  expect(result).toEqual({ code: 0, said: expect.stringMatching(said) });
});

test.each([
  ['none/new', /: There is no folder '.*none': make it first\n$/],
  ['.', /: '.*' is a folder: say the name of a file in it\n$/],
  ['. --overwrite', /: '.*' is a folder: say the name of a file in it\n$/],
])('a backup to %s is refused in one line, before the server is asked', async (words, said) => {
  const [name = '', ...flags] = words.split(' ');
  const { code, said: all } = await run(['backup.ts', join(testFolder(), name), ...flags], {
    DATABASE_URL: AWAY,
  });
  expect(all).toMatch(said);
  expect(code).toBe(1);
});

const ON_DATA = ['backup.ts new', 'restore.ts --undo', 'seed.ts', VERIFY, RECONCILE];

test.each(ON_DATA)('%s says in one line that the server is away, and what to do', async (line) => {
  const { code, said } = await run(line.split(' '), { DATABASE_URL: AWAY });
  expect(said).toMatch(
    /^Cannot [a-z ]+: PostgreSQL at 127\.0\.0\.1:1 does not serve us: connect ECONNREFUSED 127\.0\.0\.1:1: start it or correct DATABASE_URL, or unset DATABASE_URL to use the embedded one\n$/,
  );
  expect(code).toBe(1);
});

test.each([...ON_DATA, 'stack.ts --without web', 'customer/main.ts'])(
  '%s refuses a DATABASE_URL that is none',
  async (line) => {
    const env = { DATABASE_URL: 'localhost:5432', DATA_DIR: testFolder(), PORT: '0' };
    const { code, said } = await run(line.split(' '), env);
    expect(said).toMatch(
      /^Cannot [a-z '].*: DATABASE_URL must be an address such as postgres:\/\/name:password@host:5432\/postgres$/m,
    );
    expect(code).toBe(1);
  },
);

test.each([...ON_DATA, 'stack.ts'])('%s refuses a DATA_DIR that is no folder', async (line) => {
  const file = join(testFolder(), 'file');
  writeFileSync(file, 'kept');
  const { code, said } = await run(line.split(' '), { DATA_DIR: file });
  expect(said).toMatch(
    /^Cannot [a-z ]+: DATA_DIR '.*\/file' cannot be used \(E.*\): set it to a folder that can be written\n$/,
  );
  expect(code).toBe(1);
  expect(await Bun.file(file).text()).toBe('kept');
});

test.each([
  ['gateway/main.ts', 'Cannot start: '],
  ['customer/main.ts', 'Cannot start: '],
  [
    'stack.ts --without registry,customer,inventory,billing,web',
    'Cannot start: gateway ended with code 1 before it was up: ',
  ],
])('%s refuses an address for traces that is none', async (line, start) => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'nonsense', DATA_DIR: testFolder() };
  const { code, said } = await run(line.split(' '), env);
  expect(said).toEndWith(
    `${start}OTEL_EXPORTER_OTLP_ENDPOINT: Must be an address such as http://localhost:4318 (is 'nonsense')\n`,
  );
  expect(code).toBe(1);
});

test('stack.ts refuses a HOST that is not of this machine', async () => {
  const env = { HOST: '192.0.2.1', DATA_DIR: testFolder() };
  const { code, said } = await run(['stack.ts', '--without', 'web'], env);
  expect(said).toBe(
    'Cannot start: Cannot listen on 192.0.2.1: HOST must name an address of this machine\n',
  );
  expect(code).toBe(1);
});
