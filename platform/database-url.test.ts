import { expect, test } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { databaseUrl } from './database-url.ts';
import { testFolder } from './testing-folder.ts';

test('databaseUrl() gives a service its own database on the server of DATABASE_URL', () => {
  const DATABASE_URL = 'postgres://me:s%40cret@db.example:5433/postgres?sslmode=require';
  expect(databaseUrl('billing', { DATABASE_URL, DATA_DIR: testFolder() })).toBe(
    'postgres://me:s%40cret@db.example:5433/billing?sslmode=require',
  );
});

test('databaseUrl() finds the embedded server by what it wrote to DATA_DIR', () => {
  const DATA_DIR = testFolder();
  writeFileSync(
    join(DATA_DIR, 'postgres.json'),
    '{"url":"postgres://p:w@127.0.0.1:4711/postgres"}',
  );
  const expected = 'postgres://p:w@127.0.0.1:4711/customer';
  expect(databaseUrl('customer', { DATA_DIR })).toBe(expected);
  expect(databaseUrl('customer', { DATABASE_URL: '', DATA_DIR })).toBe(expected);
});

test('databaseUrl() says what to do when there is no server', () => {
  expect(() => databaseUrl('customer', { DATA_DIR: testFolder() })).toThrow(
    "No database for 'customer': start the system first ('bun run start'), or set DATABASE_URL",
  );
});
