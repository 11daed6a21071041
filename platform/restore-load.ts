import type { Backup, BackupTable } from './backup-reader.ts';
import { bulkLoad } from './bulk-store.ts';
import { copyIn } from './copy-store.ts';
import type { Database, Transaction } from './database.ts';
import { migrate } from './migrate-store.ts';
import { amount, type Progress } from './progress.ts';
import { countRows, setSequences } from './restore-store.ts';

type LoadOptions = {
  readonly databases: readonly { readonly name: string; readonly migrations: string }[];
  readonly progress: Progress;
  /** Connects to the new database that is to take this one's place. */
  readonly open: (name: string) => Database;
};

/** Fills databases that are new with what a backup holds, and counts that all of it came. */
export async function loadBackup(
  backup: Backup,
  { databases, progress, open }: LoadOptions,
): Promise<void> {
  const tables = backup.tables();
  for (const content of backup.header.databases) {
    const own = databases.find(({ name }) => name === content.name);
    if (own === undefined) throw new Error(`The backup has a database '${content.name}' too many`);
    const sql = open(own.name);
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
