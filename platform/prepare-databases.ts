import postgres from 'postgres';

import { databaseTrouble } from './database-trouble.ts';
import { serverUrl } from './database-url.ts';

const CONNECT_LIMIT_SECONDS = 10;

/**
 * Creates the databases that are missing on the server whose maintenance database `url` names, and
 * refuses a server that does not hold UTF-8: there, accents could neither be searched nor sorted.
 */
export async function prepareDatabases(url: string, names: readonly string[]): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: CONNECT_LIMIT_SECONDS, onnotice: () => {} });
  try {
    const known = await sql<{ name: string; encoding: string; current: boolean }[]>`
      select datname as name,
             pg_encoding_to_char(encoding) as encoding,
             datname = current_database() as current
      from pg_database`;
    const wrong = known.find(
      ({ name, encoding, current }) => (current || names.includes(name)) && encoding !== 'UTF8',
    );
    if (wrong) throw new Error(wrongEncoding(url, wrong));
    const missing = names.filter((name) => known.every((database) => database.name !== name));
    for (const name of missing) await createDatabase(sql, name);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Another start may create it at the same moment, which is as good. */
async function createDatabase(sql: postgres.Sql, name: string): Promise<void> {
  await sql`create database ${sql(name)}`.catch((error: unknown) => {
    const code = error instanceof postgres.PostgresError ? error.code : '';
    // duplicate_database, or unique_violation when both are that close.
    if (code !== '42P04' && code !== '23505') throw error;
  });
}

function wrongEncoding(
  url: string,
  { name, encoding }: { name: string; encoding: string },
): string {
  return (
    `Database '${name}' on the server of DATABASE_URL (${new URL(url).host}) has encoding ${encoding} and not UTF8: ` +
    `create it with encoding UTF8, or unset DATABASE_URL to use the embedded PostgreSQL`
  );
}

// Run as a short-lived process of its own, so that the supervisor need not hold a database driver.
if (import.meta.main) {
  const url = process.env['DATABASE_URL'] ?? '';
  try {
    await prepareDatabases(serverUrl(url), process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${databaseTrouble(error, url)}\n`);
    process.exit(1);
  }
}
