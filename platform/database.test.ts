import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { isDatabaseAway } from './database-away.ts';
import { connect, isReachable, isUniqueViolation, transact } from './database.ts';
import { once } from './idempotency-store.ts';
import { migrate } from './migrate-store.ts';
import { readPage } from './page-store.ts';
import { containing } from './search-store.ts';
import { testFolder } from './testing-folder.ts';
import { type TestDatabase, testDatabase, until } from './testing.ts';

const folder = testFolder();
let database: TestDatabase;

beforeAll(async () => {
  await Bun.write(
    join(folder, '0001_create_shelf.sql'),
    `create table shelf (
       id int primary key, name text not null unique, made_on date not null default '2026-03-01',
       seen_at timestamptz not null default '2026-03-01 12:00+02', load numeric(9, 3) not null default 1.5
     );
     insert into shelf (id, name) select n, 'Étagère ' || n from generate_series(1, 25) as n;`,
  );
  database = await testDatabase(folder);
});
afterAll(() => database.drop());

test('migrate() applies each file once, even when processes start together', async () => {
  await Promise.all([1, 2, 3].map(() => migrate(database.sql, folder)));
  const rows = await database.sql`select name from schema_migration where name like '0%'`;
  expect(rows.map(({ name }) => name)).toEqual(['0001_create_shelf.sql']);
});

test('migrate() refuses a file that was changed after it was applied', async () => {
  const changed = testFolder();
  await Bun.write(join(changed, '0001_create_shelf.sql'), 'select 1');
  expect(migrate(database.sql, changed)).rejects.toThrow(
    "Cannot migrate: '0001_create_shelf.sql' was changed after it was applied",
  );
});

test('a migration that fails is named, and leaves nothing behind but those before it', async () => {
  const broken = testFolder();
  await Bun.write(join(broken, '0002_whole.sql'), 'create table whole (id int)');
  await Bun.write(join(broken, '0003_half.sql'), 'create table half (id int); select 1 / 0');
  expect(migrate(database.sql, broken)).rejects.toThrow(
    "Cannot migrate: '0003_half.sql' failed: division by zero",
  );
  const [row] = await database.sql`
    select to_regclass('half') as half, to_regclass('whole') as whole,
           (select count(*)::int from schema_migration where name in ('0002_whole.sql', '0003_half.sql'))
  `;
  expect({ ...row }).toEqual({ half: null, whole: 'whole', count: 1 });
});

test('what a migration has locked is free again while the next one works', async () => {
  const { sql } = database;
  const slow = testFolder();
  await Bun.write(join(slow, '0004_alter.sql'), 'alter table shelf add column is_oak boolean');
  await Bun.write(join(slow, '0005_wait.sql'), 'select pg_advisory_xact_lock(5)');
  let migrating: Promise<void> | undefined;
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(5)`;
    migrating = migrate(sql, slow);
    const waiting = () => sql`
      select from pg_locks where locktype = 'advisory' and not granted and objid = 5
    `;
    await until(async () => (await waiting()).length > 0, { what: 'the second one' });
    expect(await sql`select is_oak from shelf limit 1`).toHaveLength(1);
  });
  await migrating;
});

test('rows come ready for JSON: camel case, days and instants as text, decimals exact', async () => {
  const [row] =
    await database.sql`select made_on, seen_at, load, 9007199254740993 as large from shelf`;
  expect({ ...row }).toEqual({
    madeOn: '2026-03-01',
    seenAt: '2026-03-01T10:00:00.000Z',
    load: '1.500',
    large: 9007199254740993n,
  });
});

test('search_text() forgets case and accents', async () => {
  const [row] = await database.sql`select search_text('Hélène ŒUVRE') as text`;
  expect(row?.['text']).toBe('helene oeuvre');
});

const page = (options: { q?: string; page?: number; descending?: boolean }) =>
  readPage<{ id: number }, 'name'>(database.sql, {
    columns: database.sql`id`,
    source: database.sql`shelf`,
    where: database.sql`search_text(name) like search_text(${containing(options.q ?? '')})`,
    columnOf: { name: 'load' },
    defaultSort: [{ field: 'name', descending: options.descending ?? false }],
    sort: [],
    page: options.page ?? 0,
    size: 10,
  });

test('readPage() shows every row once over all pages, though all sort alike', async () => {
  const pages = await Promise.all([0, 1, 2].map((number) => page({ page: number })));
  expect(pages.map(({ items }) => items.length)).toEqual([10, 10, 5]);
  expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(25);
  expect(pages[0]).toMatchObject({ total: 25, totalIsExact: true });
});

test('readPage() takes the signs of a pattern literally', async () => {
  expect((await page({ q: 'ETAGERE 7' })).total).toBe(1);
  expect((await page({ q: '%' })).total).toBe(0);
  expect((await page({ q: '_' })).total).toBe(0);
  expect((await page({ q: '\\' })).total).toBe(0);
});

test('readPage() stops counting past ten thousand and says so', async () => {
  const counted = await readPage(database.sql, {
    columns: database.sql`id`,
    source: database.sql`generate_series(1, 10001) as id`,
    where: database.sql`true`,
    columnOf: {},
    defaultSort: [],
    sort: [],
    page: 0,
    size: 1,
  });
  expect(counted).toMatchObject({ total: 10_000, totalIsExact: false });
});

test('transact() runs again what a deadlock broke off', async () => {
  const { sql } = database;
  const lockBoth = (first: number, second: number) =>
    transact(sql, async (tx) => {
      await tx`select 1 from shelf where id = ${first} for update`;
      await tx`select pg_sleep(0.05)`;
      await tx`select 1 from shelf where id = ${second} for update`;
      return first;
    });
  expect(await Promise.all([lockBoth(1, 2), lockBoth(2, 1)])).toEqual([1, 2]);
});

test('a transaction sends its first statements along with its begin', async () => {
  const sql = connect(database.url, { maxConnections: 1 });
  await sql`select 1`;
  let isBegun = false;
  const work = sql
    .begin(async (tx) => {
      isBegun = true;
      await tx`insert into shelf (id, name) values (100, 'Along')`;
      throw new Error('given up');
    })
    .catch((error: unknown) => String(error));
  // No answer of the server can be read between microtasks.
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  expect(isBegun).toBe(true);
  expect(await work).toBe('Error: given up');
  expect(await sql`select from shelf where id = 100`).toHaveLength(0);
  await sql.end();
});

test('a transaction whose begin is refused sends nothing after what went along with it', async () => {
  const sql = connect(database.url, { maxConnections: 1 });
  const work = sql.begin('of no known kind', async (tx) => {
    await tx`select 1`;
    await tx`insert into shelf (id, name) values (101, 'Alone')`;
  });
  expect(await work.catch((error: unknown) => error)).toMatchObject({ code: '42601' });
  expect(await sql`select from shelf where id = 101`).toHaveLength(0);
  await sql.end();
});

test('a statement that cannot be sent fails alone, even the first of a transaction', async () => {
  const sql = connect(database.url, { maxConnections: 1 });
  const work = sql.begin(async (tx) => {
    // The protocol counts parameters in 16 bits.
    const many = Array.from({ length: 70_000 }, (_, n) => n);
    await Promise.all([tx`select 1 where 1 in ${tx(many)}`, tx`select 1`]);
  });
  expect(work).rejects.toMatchObject({ code: 'MAX_PARAMETERS_EXCEEDED' });
  await work.catch(() => undefined);
  expect([...(await sql`select 2 as two`)]).toEqual([{ two: 2 }]);
  await sql.end();
});

test('once() gives every repeat the first result and has one effect', async () => {
  const { sql } = database;
  const request = { key: 'k1', fingerprint: 'f' };
  const work = async () => {
    effects += 1;
    return { effects };
  };
  let effects = 0;
  expect(await once(sql, request, work)).toEqual({ effects: 1 });
  expect(await once(sql, request, work)).toEqual({ effects: 1 });
  expect(once(sql, { ...request, fingerprint: 'other' }, work)).rejects.toMatchObject({
    status: 422,
  });
});

test('once() answers 409 while the first request still runs', async () => {
  const { sql } = database;
  const request = { key: 'k2', fingerprint: 'f' };
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const first = once(sql, request, async () => {
    started.resolve();
    await finish.promise;
    return 'first';
  });
  await started.promise;
  expect(once(sql, request, async () => 'second')).rejects.toMatchObject({ status: 409 });
  finish.resolve();
  expect(await first).toBe('first');
});

test('once() forgets a request that failed', async () => {
  const request = { key: 'k3', fingerprint: 'f' };
  const failing = once(database.sql, request, () => Promise.reject(new Error('no')));
  expect(failing).rejects.toThrow('no');
  await failing.catch(() => undefined);
  expect(await once(database.sql, request, async () => 'yes')).toBe('yes');
});

test('errors tell a taken name and a server that is away apart', async () => {
  const taken = await database.sql`insert into shelf (id, name) values (99, 'Étagère 1')`.catch(
    (error: unknown) => error,
  );
  expect(isUniqueViolation(taken)).toBe(true);
  expect(isUniqueViolation(taken, 'another_index')).toBe(false);
  expect(isDatabaseAway(taken)).toBe(false);

  const away = connect('postgres://nobody@127.0.0.1:1/none');
  expect(await isReachable(away)).toBe(false);
  expect(isDatabaseAway(await away`select 1`.catch((error: unknown) => error))).toBe(true);
  await away.end();
});
