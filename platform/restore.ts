import { type Backup, openBackup } from './backup-reader.ts';
import { withDatabase } from './database-url.ts';
import { connect, type Database } from './database.ts';
import { migrationsOf } from './migrate-store.ts';
import { prepareDatabases } from './prepare-databases.ts';
import type { Progress } from './progress.ts';
import { refuseConnected } from './refuse-connected.ts';
import { loadBackup } from './restore-load.ts';
import { dropDatabases, existing, renameDatabases } from './restore-store.ts';

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
    await refuseConnected(admin, names);
    await dropDatabases(admin, names.map(restoring));
    await prepareDatabases(server, names.map(restoring));
    await loadBackup(backup, {
      databases,
      progress,
      open: (name) => connect(withDatabase(server, restoring(name)), { maxConnections: 1 }),
    });
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
    await refuseConnected(admin, names);
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

/** All at once; gives the names under which what was there is kept. */
async function swap(admin: Database, names: readonly string[]): Promise<string[]> {
  const old = await existing(admin, names);
  await refuseConnected(admin, names);
  await dropDatabases(admin, names.map(before));
  await renameDatabases(admin, [
    ...old.map((name) => ({ from: name, to: before(name) })),
    ...names.map((name) => ({ from: restoring(name), to: name })),
  ]);
  return old.map(before);
}
