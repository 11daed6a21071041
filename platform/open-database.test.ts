import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { loadOnce } from './load-once.ts';
import { openDatabase } from './open-database.ts';
import { testFolder } from './testing-folder.ts';
import { type TestDatabase, testDatabase } from './testing.ts';

const folder = testFolder();
let server: TestDatabase;

beforeAll(async () => {
  await Bun.write(join(folder, '0001_create_shelf.sql'), 'create table shelf (id int primary key)');
  server = await testDatabase(folder);
});
afterAll(() => server.drop());

test('openDatabase() makes the database that is missing and brings it to its schema', async () => {
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  const sql = await openDatabase(name, { DATABASE_URL: server.url, DATA_DIR: '.data' }, folder);
  expect([...(await sql`select id from shelf`)]).toEqual([]);
  await sql.end();
  await server.sql`drop database ${server.sql(name)}`;
});

test('a process without a database ends with one line that says what to do', async () => {
  const code = `
    const { openDatabase } = await import('${import.meta.dir}/open-database.ts');
    await openDatabase('shelf', { DATA_DIR: '${folder}' }, '${folder}');
  `;
  const process = Bun.spawn([globalThis.process.execPath, '-e', code], { stderr: 'pipe' });
  expect(await process.exited).toBe(1);
  expect(await new Response(process.stderr).text()).toBe(
    "Cannot open the database 'shelf': No database for 'shelf': start the system first ('bun run start'), or set DATABASE_URL\n",
  );
});

test('loadOnce() loads once in the life of a database, and again when it failed', async () => {
  let loads = 0;
  const load = async () => void (loads += 1);
  const failed = loadOnce(server.sql, 'demo', () => Promise.reject(new Error('no')));
  expect(failed).rejects.toThrow('no');
  await failed.catch(() => undefined);
  await Promise.all([1, 2, 3].map(() => loadOnce(server.sql, 'demo', load)));
  await loadOnce(server.sql, 'demo', load);
  expect(loads).toBe(1);
  await loadOnce(server.sql, 'other', load);
  expect(loads).toBe(2);
});
