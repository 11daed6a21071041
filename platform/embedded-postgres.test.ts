import { afterAll, expect, test } from 'bun:test';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { postgresRecordFile, readPostgresRecord } from './database-url.ts';
import { connect } from './database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { readProcess } from './process-info.ts';
import { until } from './testing.ts';

const LIMIT_MS = 60_000;
const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that the server's account can reach when root starts it. */
function folder(mode = 0o755): string {
  const path = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  chmodSync(path, mode);
  folders.push(path);
  return path;
}

const start = async (dataDir: string, say = (_line: string) => {}) =>
  startEmbeddedPostgres({ dataDir, say, durable: false });

async function ask<T>(url: string, work: (sql: ReturnType<typeof connect>) => PromiseLike<T>) {
  const sql = connect(url, { maxConnections: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

test(
  'the server holds UTF-8 and sorts and folds as French does, whatever LANG says',
  async () => {
    const server = await start(folder());
    const [row] = await ask(
      server.url,
      (sql) => sql`
        select current_setting('server_encoding') as encoding,
               lower('ÉTÉ') as folded,
               (select string_agg(word, ' ' order by word) from unnest(array['zèle', 'été', 'étage', 'eau', 'Ève']) as word) as sorted`,
    );
    expect(row).toEqual({ encoding: 'UTF8', folded: 'été', sorted: 'eau étage été Ève zèle' });
    await server.stop();
  },
  LIMIT_MS,
);

test(
  'the next start finds the data again, at the same address, which only its owner may read',
  async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    await ask(first.url, (sql) => sql`create table kept (id int)`);
    await first.stop();
    const second = await start(dataDir);
    expect(second.url).toBe(first.url);
    expect(readPostgresRecord(dataDir)?.url).toBe(first.url);
    expect(statSync(postgresRecordFile(dataDir)).mode & 0o777).toBe(0o600);
    expect(await ask(second.url, (sql) => sql`select * from kept`)).toHaveLength(0);
    await second.stop();
    expect(await second.ended).toBe('code 0');
  },
  LIMIT_MS,
);

test(
  'only who knows the password gets in, and a lost one is replaced',
  async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    const guessed = first.url.replace(/:\w+@/, ':postgres@');
    expect(ask(guessed, (sql) => sql`select 1`)).rejects.toThrow('password');
    await first.stop();
    rmSync(postgresRecordFile(dataDir));
    const second = await start(dataDir);
    expect(second.url).not.toBe(first.url);
    expect(await ask(second.url, (sql) => sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
    await second.stop();
  },
  LIMIT_MS,
);

/** A process of its own that starts a server, says where, and waits. */
async function startElsewhere(dataDir: string) {
  const code = `
    const { startEmbeddedPostgres } = await import(${JSON.stringify(join(import.meta.dir, 'embedded-postgres.ts'))});
    const { pid } = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)}, durable: false });
    console.log(pid);
    setInterval(() => {}, 1000);`;
  const owner = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' });
  const { value } = await owner.stdout.getReader().read();
  return { owner, guard: Number(new TextDecoder().decode(value)) };
}

const postmasterOf = async (dataDir: string) => {
  const home = readPostgresRecord(dataDir)?.home ?? join(dataDir, 'postgres');
  return Number.parseInt(await Bun.file(join(home, 'cluster/postmaster.pid')).text(), 10);
};

test(
  'the server ends when the process that started it is killed with -9',
  async () => {
    const dataDir = folder();
    const { owner } = await startElsewhere(dataDir);
    const postmaster = await postmasterOf(dataDir);
    expect(readProcess(postmaster)).toBeDefined();
    owner.kill('SIGKILL');
    await until(() => readProcess(postmaster) === undefined, { timeoutMs: LIMIT_MS });
    expect(existsSync(join(dataDir, 'postgres/cluster/postmaster.pid'))).toBe(false);
  },
  LIMIT_MS,
);

test(
  'a server that an earlier run left is named and stopped before the next one starts',
  async () => {
    const dataDir = folder();
    const { owner, guard } = await startElsewhere(dataDir);
    const postmaster = await postmasterOf(dataDir);
    process.kill(guard, 'SIGSTOP'); // Nobody is left who would end the server with its owner.
    const others = Array.from({ length: 50 }, (_, i) => guard + 1 + i).filter(
      (pid) => pid !== postmaster && readProcess(pid)?.parent === guard,
    );
    for (const pid of others) process.kill(pid, 'SIGKILL');
    owner.kill('SIGKILL');
    await owner.exited;
    const said: string[] = [];
    const next = await start(dataDir, (line) => void said.push(line));
    expect(said).toEqual([
      `postgres: stopping a leftover of an earlier run (process ${postmaster})`,
    ]);
    expect(await ask(next.url, (sql) => sql`select 1 as one`)).toMatchObject([{ one: 1 }]);
    await next.stop();
    process.kill(guard, 'SIGKILL');
  },
  LIMIT_MS,
);

test(
  'a lock that names a process of another kind does not keep the server from starting',
  async () => {
    const dataDir = folder();
    await (await start(dataDir)).stop();
    const lock = join(dataDir, 'postgres/cluster/postmaster.pid');
    writeFileSync(lock, `${process.pid}\n`);
    await (await start(dataDir)).stop();
    expect(existsSync(lock)).toBe(false);
  },
  LIMIT_MS,
);

test(
  'data of another major version is refused with what to do',
  async () => {
    const dataDir = folder();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, 'postgres/cluster/PG_VERSION'), '17\n');
    expect(start(dataDir)).rejects.toThrow(
      `The data in '${join(dataDir, 'postgres')}' was written by PostgreSQL 17, and this is 18: ` +
        'set DATABASE_URL to a PostgreSQL 17 server that holds it, or move the folder away to begin anew',
    );
  },
  LIMIT_MS,
);

test.if(isRoot)(
  'below a folder that only root may enter, the data goes outside, and is found again there',
  async () => {
    const dataDir = folder(0o700);
    const first = await start(dataDir);
    const home = readPostgresRecord(dataDir)?.home ?? '';
    folders.push(home);
    expect(home).toStartWith('/var/lib/comptoir/data-');
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    await ask(first.url, (sql) => sql`create table kept (id int)`);
    await first.stop();
    const second = await start(dataDir);
    expect(await ask(second.url, (sql) => sql`select * from kept`)).toHaveLength(0);
    await second.stop();

    rmSync(join(dataDir, 'postgres.json'));
    const said: string[] = [];
    await (await start(dataDir, (line) => void said.push(line))).stop();
    folders.push(readPostgresRecord(dataDir)?.home ?? '');
    expect(said).toContainEqual(
      `postgres: the databases of an earlier '${dataDir}' are still in '${home}': ` +
        'delete that folder if nobody needs them',
    );
  },
  LIMIT_MS,
);
