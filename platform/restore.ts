import type { Backup, BackupTable } from './backup-reader.ts';
import { openBackup } from './backup-reader.ts';
import { bulkLoad } from './bulk-store.ts';
import { copyIn } from './copy-store.ts';
import { withDatabase } from './database-url.ts';
import { connect, type Database, migrate, migrationsOf, type Transaction } from './database.ts';
import { prepareDatabases } from './prepare-databases.ts';
import { amount, type Progress } from './progress.ts';
import {
  connectionsTo,
  countRows,
  dropDatabases,
  existing,
  renameDatabases,
  setSequences,
} from './restore-store.ts';

/** A database of the system, and the folder with its migrations. */
export type OwnDatabase = { readonly name: string; readonly migrations: string };

export type RestoreOptions = {
  /** The server's address, its path being the maintenance database. */
  readonly server: string;
  readonly databases: readonly OwnDatabase[];
  readonly file: string;
  readonly progress: Progress;
};

/**
 * Puts what a backup holds in the place of all databases. The new ones are made beside the old ones
 * and swapped in by one transaction once they are complete, so that a stop at any moment leaves all
 * of the old or all of the new. The old ones are kept as `…_before_restore` until the next restore.
 * Throws in one line, with nothing changed, for a file that is damaged, that a newer version wrote,
 * and while others are connected.
 */
export async function restore(options: RestoreOptions): Promise<{ kept: readonly string[] }> {
  const { server, databases, file, progress } = options;
  progress.say(`Reading '${file}' to see that it is whole`);
  const backup = await openBackup(file);
  const admin = connect(withDatabase(server, new URL(server).pathname.slice(1) || 'postgres'), {
    maxConnections: 1,
  });
  try {
    await assertReadable(backup, databases);
    const names = databases.map(({ name }) => name);
    await refuseWhileConnected(admin, names);
    await dropDatabases(admin, names.map(restoring));
    await prepareDatabases(server, names.map(restoring));
    await fill(backup, options);
    return { kept: await swap(admin, names) };
  } finally {
    backup.close();
    await admin.end({ timeout: 1 });
  }
}

/** Exchanges what the last restore replaced with what is there now; again, and it is as it was. */
export async function undoRestore({
  server,
  databases,
}: Pick<RestoreOptions, 'server' | 'databases'>): Promise<void> {
  const admin = connect(server, { maxConnections: 1 });
  try {
    const names = databases.map(({ name }) => name);
    const kept = await existing(admin, names.map(before));
    if (kept.length < names.length) throw new Error('There is nothing to go back to');
    await refuseWhileConnected(admin, names);
    await dropDatabases(admin, names.map(restoring));
    await renameDatabases(
      admin,
      names.flatMap((name) => [
        { from: name, to: restoring(name) },
        { from: before(name), to: name },
        { from: restoring(name), to: before(name) },
      ]),
    );
  } finally {
    await admin.end({ timeout: 1 });
  }
}

const restoring = (name: string) => `${name}_restoring`;
const before = (name: string) => `${name}_before_restore`;

/** Throws when the backup is of other databases, or stands at migrations that we do not know. */
async function assertReadable(
  { header }: Backup,
  databases: readonly OwnDatabase[],
): Promise<void> {
  for (const { name, migrations } of databases) {
    const content = header.databases.find((database) => database.name === name);
    if (content === undefined) throw new Error(`The backup has no database '${name}'`);
    const known = new Map((await migrationsOf(migrations)).map((file) => [file.name, file]));
    const foreign = content.migrations.find(
      (applied) => known.get(applied.name)?.checksum !== applied.checksum,
    );
    if (foreign === undefined) continue;
    throw new Error(
      `The backup was written by version ${header.product}, whose '${name}' has a migration ` +
        `'${foreign.name}' that this version does not: restore it with that version or a newer one`,
    );
  }
}

/** Throws in one line while anybody uses one of the databases. */
export async function refuseInUse(
  server: string,
  databases: readonly OwnDatabase[],
): Promise<void> {
  const admin = connect(server, { maxConnections: 1 });
  try {
    await refuseWhileConnected(
      admin,
      databases.map(({ name }) => name),
    );
  } finally {
    await admin.end({ timeout: 1 });
  }
}

async function refuseWhileConnected(admin: Database, names: readonly string[]): Promise<void> {
  let count = await connectionsTo(admin, names);
  // The server takes a moment to see that somebody has left.
  for (let wait = 0; count > 0 && wait < LEAVING_LIMIT_MS; wait += LEAVING_POLL_MS) {
    await Bun.sleep(LEAVING_POLL_MS);
    count = await connectionsTo(admin, names);
  }
  if (count === 0) return;
  throw new Error(
    `${count} connections to ${names.join(', ')} are open: stop the services first, nothing was changed`,
  );
}

const LEAVING_LIMIT_MS = 1000;
const LEAVING_POLL_MS = 50;

/** Makes the new databases out of the backup. */
async function fill(backup: Backup, { server, databases, progress }: RestoreOptions) {
  const tables = backup.tables();
  for (const content of backup.header.databases) {
    const own = databases.find(({ name }) => name === content.name);
    if (own === undefined) throw new Error(`The backup has a database '${content.name}' too many`);
    const sql = connect(withDatabase(server, restoring(own.name)), { maxConnections: 1 });
    try {
      await migrate(sql, own.migrations, new Set(content.migrations.map(({ name }) => name)));
      const loaded = new Map<BackupTable, number>();
      const load = async (tx: Transaction) => {
        for (let left = content.tables.length; left > 0; left -= 1) {
          const { value: table } = await tables.next();
          if (table) loaded.set(table, await loadTable(tx, table, progress));
        }
        await setSequences(tx, content.sequences);
      };
      await bulkLoad(sql, load, { say: (line) => progress.update(`${own.name}: ${line}`) });
      await assertCounts(sql, loaded);
      await migrate(sql, own.migrations);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
}

async function loadTable(
  tx: Transaction,
  table: BackupTable,
  { update, say }: Progress,
): Promise<number> {
  const name = `${table.database}.${table.table}`;
  let bytes = 0;
  const told = async function* () {
    for await (const block of table.rows) {
      bytes += block.length;
      update(`${name}: ${(bytes / 1e6).toFixed(1)} MB`);
      yield block;
    }
  };
  await copyIn(tx, table, told(), { frozen: true });
  say(`${name}: ${amount(table.count(), bytes)}`);
  return table.count();
}

async function assertCounts(sql: Database, loaded: ReadonlyMap<BackupTable, number>) {
  for (const [table, expected] of loaded) {
    const count = await countRows(sql, table);
    if (count === expected) continue;
    throw new Error(
      `'${table.database}.${table.table}' has ${count} rows and should have ${expected}: nothing was changed`,
    );
  }
}

/** All at once; gives the names under which what was there is kept. */
async function swap(admin: Database, names: readonly string[]): Promise<string[]> {
  const old = await existing(admin, names);
  await refuseWhileConnected(admin, names);
  await dropDatabases(admin, names.map(before));
  await renameDatabases(admin, [
    ...old.map((name) => ({ from: name, to: before(name) })),
    ...names.map((name) => ({ from: restoring(name), to: name })),
  ]);
  return old.map(before);
}
