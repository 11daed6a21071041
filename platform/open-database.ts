import { databaseTrouble } from './database-trouble.ts';
import { databaseUrl } from './database-url.ts';
import { connect, type Database } from './database.ts';
import { migrate } from './migrate-store.ts';
import { prepareDatabases } from './prepare-databases.ts';

export type DatabaseConfig = {
  readonly DATABASE_URL?: string | undefined;
  readonly DATA_DIR: string;
};

/**
 * A service's own database, at its newest schema; made when the server does not have it yet. When
 * that cannot be, the process ends with one line that says why.
 */
export async function openDatabase(
  name: string,
  config: DatabaseConfig,
  migrations: string,
): Promise<Database> {
  try {
    const sql = connect(databaseUrl(name, config));
    await migrateOrCreate(sql, name, config, migrations);
    return sql;
  } catch (error) {
    const reason = databaseTrouble(error, config.DATABASE_URL);
    process.stderr.write(`Cannot open the database '${name}': ${reason}\n`);
    process.exit(1);
  }
}

async function migrateOrCreate(
  sql: Database,
  name: string,
  config: DatabaseConfig,
  migrations: string,
): Promise<void> {
  try {
    await migrate(sql, migrations);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await prepareDatabases(databaseUrl('postgres', config), [name]);
    await migrate(sql, migrations);
  }
}

/** SQLSTATE 3D000: the server has no database of this name. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '3D000';
}
