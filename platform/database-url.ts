import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `DATA_DIR/postgres.json` says of the embedded server. */
export type PostgresRecord = {
  /** Address, name and password, with the maintenance database as path. */
  readonly url: string;
  /** Where cluster and binaries are when `DATA_DIR` cannot hold them. */
  readonly home?: string;
};

/**
 * The address of a service's own database: on the server that `DATABASE_URL` names, else on the
 * embedded one, which tells its address in `DATA_DIR/postgres.json` while the system runs.
 */
export function databaseUrl(
  database: string,
  { DATABASE_URL, DATA_DIR = '.data' }: { DATABASE_URL?: string | undefined; DATA_DIR?: string },
): string {
  const server = DATABASE_URL || readPostgresRecord(DATA_DIR)?.url;
  if (server === undefined) {
    throw new Error(
      `No database for '${database}': start the system first ('bun run start'), or set DATABASE_URL`,
    );
  }
  return withDatabase(serverUrl(server), database);
}

/** The value of `DATABASE_URL`, once it is an address of PostgreSQL; throws in one line. */
export function serverUrl(value: string): string {
  if (URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol)) return value;
  throw new Error(
    'DATABASE_URL must be an address such as postgres://name:password@host:5432/postgres',
  );
}

/** The same server, another database. */
export function withDatabase(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

export const postgresRecordFile = (dataDir: string) => join(dataDir, 'postgres.json');

/** What an embedded server of this folder left for others and for its own next start. */
export function readPostgresRecord(dataDir: string): PostgresRecord | undefined {
  try {
    return JSON.parse(readFileSync(postgresRecordFile(dataDir), 'utf8'));
  } catch {
    return undefined; // Not there, or cut short by a crash: made anew at the next start.
  }
}
