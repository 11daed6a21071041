import { databaseUrl, withDatabase } from './database-url.ts';
import { connect, type Database } from './database.ts';
import { migrate } from './migrate-store.ts';

export type TestDatabase = {
  readonly sql: Database;
  readonly url: string;
  /** Closes the connections and drops the database. */
  drop(): Promise<void>;
};

/**
 * A database of its own for one test file, with the real migrations of `folder` applied, or empty
 * without one. It is made on the server that `TEST_DATABASE_URL` or `DATABASE_URL` names, else on
 * the one of the running system.
 */
export async function testDatabase(folder?: string): Promise<TestDatabase> {
  const server = databaseUrl('postgres', {
    DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'],
    DATA_DIR: process.env['DATA_DIR'] ?? '.data',
  });
  const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
  await onServer(server, (sql) => sql`create database ${sql(name)}`);
  const url = withDatabase(server, name);
  const sql = connect(url);
  if (folder !== undefined) await migrate(sql, folder);
  const drop = async () => {
    await sql.end();
    await onServer(server, (admin) => admin`drop database ${admin(name)} with (force)`);
  };
  return { sql, url, drop };
}

/** Waits for what a test is about, instead of for a time; fails after `timeoutMs`. */
export async function until<T>(
  attempt: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 30_000, what = 'the condition' } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`Cannot go on: ${what} did not come true`);
    await Bun.sleep(10);
  }
}

async function onServer(url: string, work: (sql: Database) => PromiseLike<unknown>): Promise<void> {
  const sql = connect(url, { maxConnections: 1 });
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
