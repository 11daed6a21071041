import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { backup } from './backup.ts';
import { databaseUrl, withDatabase } from './database-url.ts';
import { connect, type Database } from './database.ts';
import { migrate } from './migrate-store.ts';
import { prepareDatabases } from './prepare-databases.ts';
import { restore } from './restore.ts';

const progress = { update: () => {}, say: () => {} };
const server = databaseUrl('postgres', {
  DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'],
  DATA_DIR: process.env['DATA_DIR'] ?? '.data',
});
const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
let folder: string;
let migrations: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'platform-restore-'));
  migrations = join(folder, 'migrations');
  file = join(folder, 'backup');
  await Bun.write(
    join(migrations, '0001_create_note.sql'),
    `create table note (id int generated always as identity primary key, text text not null);
     create function refuse() returns trigger language plpgsql
       as $$ begin raise exception 'Notes stay as they are'; end $$;
     create trigger refuse before insert or update on note for each row execute function refuse();`,
  );
  await prepareDatabases(server, [name]);
});
afterAll(async () => {
  const sql = connect(server, { maxConnections: 1 });
  for (const each of [name, `${name}_before_restore`, `${name}_restoring`]) {
    await sql`drop database if exists ${sql(each)} with (force)`;
  }
  await sql.end();
  await rm(folder, { recursive: true });
});

async function within<T>(work: (sql: Database) => Promise<T>): Promise<T> {
  const sql = connect(withDatabase(server, name), { maxConnections: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
const own = () => [{ name, migrations }];

test('a backup of an older version gets the migrations that came since, over its rows', async () => {
  await within(async (sql) => {
    await migrate(sql, migrations);
    await sql`alter table note disable trigger refuse`;
    await sql`insert into note (text) values ('one'), ('two')`;
    await sql`alter table note enable trigger refuse`;
  });
  await backup({ server, databases: [name], file, product: '1', progress });
  await Bun.write(
    join(migrations, '0002_add_length.sql'),
    'alter table note add column length int; alter table note disable trigger refuse; update note set length = length(text) + id; alter table note enable trigger refuse;',
  );
  await restore({ server, databases: own(), file, progress });
  await within(async (sql) => {
    expect([...(await sql`select id, text, length from note order by id`)]).toEqual([
      { id: 1, text: 'one', length: 4 },
      { id: 2, text: 'two', length: 5 },
    ]);
    const refused = sql`insert into note (text) values ('three')`.execute();
    expect(refused).rejects.toThrow('Notes stay as they are');
    await refused.catch(() => {});
  });
});

test('a backup of a newer version, or of another edition, is refused by name', async () => {
  const newer = join(folder, 'newer');
  await backup({ server, databases: [name], file: newer, product: '2', progress });
  await rm(join(migrations, '0002_add_length.sql'));
  const attempt = () => restore({ server, databases: own(), file: newer, progress });
  expect(attempt()).rejects.toThrow(
    `The backup was written by version 2, whose '${name}' has a migration '0002_add_length.sql'`,
  );
  await attempt().catch(() => {});
  await Bun.write(join(migrations, '0002_add_length.sql'), 'select 1;');
  expect(attempt()).rejects.toThrow("'0002_add_length.sql' that this version does not");
  await attempt().catch(() => {});
  expect(await within((sql) => sql`select id from note`)).toHaveLength(2);
});

test('a backup does not wait for ever for somebody who writes', async () => {
  await within(async (sql) => {
    const writer = await sql.reserve();
    await writer`begin`;
    await writer`lock table note in row exclusive mode`;
    const path = join(folder, 'never');
    const attempt = backup({ server, databases: [name], file: path, product: '2', progress });
    expect(attempt).rejects.toThrow(/a long transaction keeps its tables/);
    await attempt.catch(() => {});
    await writer`rollback`;
    writer.release();
    expect(await Bun.file(path).exists()).toBe(false);
  });
}, 30_000);
