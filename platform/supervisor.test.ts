import { afterEach, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { freePort, isPortFree } from './ports.ts';
import { readProcess } from './process-info.ts';
import { until } from './testing.ts';

const LIMIT_MS = 60_000;
const HOST = '127.0.0.1';

/** A part as small as can be: up at once, answers with its environment, ends when asked to. */
const PART = `
  import { exitWithParent } from '${import.meta.dir}/parent-watch.ts';
  const [name, behaviour] = process.argv.slice(2);
  if (behaviour === 'fails') { console.error('Cannot find my glasses'); process.exit(3); }
  const fetch = () => Response.json({ DATABASE_URL: process.env.DATABASE_URL, OWN: process.env.OWN });
  Bun.serve({ hostname: process.env.HOST, port: Number(process.env.PORT), fetch });
  exitWithParent();
  process.on('SIGTERM', () => { console.log('ends'); process.exit(0); });`;

const supervisors: Bun.Subprocess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const child of supervisors.splice(0)) {
    child.kill('SIGTERM');
    await child.exited;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const ENDLESS = {
  name: 'web',
  command: [process.execPath, '-e', 'setInterval(() => undefined, 1000)'],
};

const command = (...words: string[]) => [process.execPath, 'part.ts', ...words];

type Options = {
  readonly behaviour?: string;
  readonly database?: boolean;
  readonly port?: number;
  /** Whether there is a build, which never ends. */
  readonly build?: boolean;
};

/** Supervises two small parts, `first` and `last`, in a process of its own. */
async function startSystem({ behaviour = '', database, port, build }: Options = {}) {
  const root = mkdtempSync(join(tmpdir(), 'supervisor-'));
  chmodSync(root, 0o755);
  folders.push(root);
  writeFileSync(join(root, 'part.ts'), PART);
  const ports = { first: port ?? (await freePort(HOST)), last: await freePort(HOST) };
  const system = {
    root,
    host: HOST,
    dataDir: join(root, 'data'),
    env: { ...process.env, OWN: 'yes' },
    ...(build ? { build: { ...ENDLESS, cwd: '.', inputs: [], output: 'built' } } : {}),
    parts: [
      { name: 'first', command: command('first'), port: ports.first, portVariable: 'FIRST_PORT' },
      {
        name: 'last',
        command: command('last', behaviour),
        port: ports.last,
        portVariable: 'LAST_PORT',
        ...(database ? { database: 'last' } : {}),
      },
    ],
  };
  writeFileSync(
    join(root, 'stack.ts'),
    `import { supervise } from '${import.meta.dir}/supervisor.ts';
     const output = { print: console.log, printError: console.error, isTerminal: false };
     process.exitCode = await supervise(${JSON.stringify(system)}, output);`,
  );
  const child = Bun.spawn([process.execPath, 'stack.ts'], {
    cwd: root,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  supervisors.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) void collect(stream);
  async function collect(stream: ReadableStream<Uint8Array>) {
    for await (const chunk of stream) printed += new TextDecoder().decode(chunk);
  }
  return {
    child,
    ports,
    lines: () => printed.split('\n').filter((line) => line !== ''),
    says: async (pattern: RegExp) => until(() => pattern.test(printed), { timeoutMs: LIMIT_MS }),
    pidOf: (name: string): number =>
      JSON.parse(readFileSync(join(system.dataDir, 'run.json'), 'utf8')).find(
        (started: { name: string }) => started.name === name,
      ).pid,
    recordExists: () => existsSync(join(system.dataDir, 'run.json')),
  };
}

async function environmentOf(port: number) {
  const reply = await fetch(`http://${HOST}:${port}`);
  return z.record(z.string(), z.string()).parse(await reply.json());
}

test(
  'supervise() prints a table of addresses and ready, and stops the last part first',
  async () => {
    const { child, ports, lines, says, recordExists } = await startSystem();
    await says(/^ready$/m);
    expect(lines().slice(-3)).toEqual([
      `  first      http://${HOST}:${ports.first}`,
      `  last       http://${HOST}:${ports.last}`,
      'ready',
    ]);
    expect(await environmentOf(ports.first)).toEqual({ OWN: 'yes' });
    child.kill('SIGTERM');
    expect(await child.exited).toBe(0);
    expect(lines().slice(-3)).toEqual([
      'Stopping: SIGTERM',
      'last      │ ends',
      'first     │ ends',
    ]);
    expect(recordExists()).toBe(false);
  },
  LIMIT_MS,
);

test(
  'a part that is killed is named and comes back, while the others go on',
  async () => {
    const { ports, says, pidOf } = await startSystem();
    await says(/^ready$/m);
    const first = pidOf('first');
    process.kill(pidOf('last'), 'SIGKILL');
    await says(/^last: ended with signal SIGKILL, starting it again in 0.25 s$/m);
    await says(/^last: up again \(process \d+\)$/m);
    expect(await environmentOf(ports.last)).toEqual({ OWN: 'yes' });
    expect(pidOf('first')).toBe(first);
  },
  LIMIT_MS,
);

test(
  'a part that fails at the start ends everything, a build too, with one line that says why',
  async () => {
    const { child, ports, lines } = await startSystem({ behaviour: 'fails', build: true });
    expect(await child.exited).toBe(1);
    await until(() => lines().some((line) => line.startsWith('Cannot start')));
    expect(lines()).toContain(
      'Cannot start: last ended with code 3 before it was up: Cannot find my glasses',
    );
    expect(isPortFree(HOST, ports.first)).toBe(true);
  },
  LIMIT_MS,
);

test(
  'a port that is taken is named before anything starts',
  async () => {
    using taken = Bun.serve({ hostname: HOST, port: 0, fetch: () => new Response() });
    const { child, lines, says } = await startSystem({ port: taken.port ?? 0 });
    expect(await child.exited).toBe(1);
    await says(/Cannot start/);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toStartWith(
      `Cannot start: Port ${taken.port} (first) is taken by process ${process.pid}`,
    );
  },
  LIMIT_MS,
);

test(
  'nothing outlives a supervisor that is killed with -9',
  async () => {
    const { child, says, pidOf } = await startSystem({ database: true });
    await says(/^ready$/m);
    const pids = ['first', 'last', 'postgres'].map(pidOf);
    child.kill('SIGKILL');
    await until(() => pids.every((pid) => readProcess(pid) === undefined), { timeoutMs: LIMIT_MS });
  },
  LIMIT_MS,
);

test(
  'a part with a database gets the address of an embedded server that holds it',
  async () => {
    const { child, ports, says } = await startSystem({ database: true });
    await says(/^ready$/m);
    const { DATABASE_URL = '' } = await environmentOf(ports.last);
    const sql = new Bun.SQL(DATABASE_URL.replace(/postgres$/, 'last'));
    const [row] = await sql`select current_database() as name`;
    expect(row).toEqual({ name: 'last' });
    await sql.end();
    child.kill('SIGINT');
    expect(await child.exited).toBe(0);
  },
  LIMIT_MS,
);
