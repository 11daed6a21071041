import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { withDatabase } from './database-url.ts';
import { prepareDatabases } from './prepare-databases.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

const SCRIPT = join(import.meta.dir, 'prepare-databases.ts');
const names = ['a', 'b'].map((letter) => `prepared_${letter}_${process.pid}`);
let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const name of [...names, latin])
    await database.sql`drop database if exists ${database.sql(name)}`;
  await database.drop();
});

const latin = `latin_${process.pid}`;
const known = async () =>
  (
    await database.sql<{ name: string }[]>`
    select datname as name from pg_database where datname = any(${names})`
  ).map(({ name }) => name);

test('prepareDatabases() creates what is missing, also when two do it at once', async () => {
  const [first = ''] = names;
  await prepareDatabases(database.url, [first]);
  await Promise.all([1, 2, 3].map(async () => prepareDatabases(database.url, names)));
  expect((await known()).toSorted()).toEqual(names);
});

test('a server that does not hold UTF-8 is refused', async () => {
  await database.sql`
    create database ${database.sql(latin)}
    encoding 'LATIN1' locale_provider libc locale 'C' template template0`;
  const refusal = prepareDatabases(withDatabase(database.url, latin), []);
  expect(refusal).rejects.toThrow(/has encoding LATIN1 and not UTF8: create it with encoding/);
});

test('a server out of reach is named in one line that says what to do', async () => {
  const env = { ...process.env, DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/postgres' };
  const child = Bun.spawn([process.execPath, SCRIPT, 'x'], { env, stderr: 'pipe' });
  expect(await child.stderr.text()).toMatch(
    /^PostgreSQL at 127.0.0.1:1 does not serve us: .+: start it or correct DATABASE_URL, or unset DATABASE_URL to use the embedded one\n$/,
  );
  expect(await child.exited).toBe(1);
});
