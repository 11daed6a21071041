import type { TableColumns } from './copy-store.ts';
import type { Database, Queryable, Transaction } from './database.ts';

/** Databases that are there, of those named. */
export async function existing(admin: Database, names: readonly string[]): Promise<string[]> {
  const rows = await admin<{ name: string }[]>`
    select datname as name from pg_database where datname in ${admin([...names])}
  `;
  return rows.map(({ name }) => name);
}

/** How many others are connected to the databases. */
export async function connectionsTo(admin: Database, names: readonly string[]): Promise<number> {
  const [row] = await admin<{ count: number }[]>`
    select count(*)::int as count
    from pg_stat_activity
    where datname in ${admin([...names])} and backend_type = 'client backend'
      and pid <> pg_backend_pid()
  `;
  return row?.count ?? 0;
}

export async function dropDatabases(admin: Database, names: readonly string[]): Promise<void> {
  for (const name of names) await admin`drop database if exists ${admin(name)} with (force)`;
}

/**
 * Renames databases in one transaction: all of them or, whatever happens meanwhile, none. Throws when
 * somebody is connected to one.
 */
export async function renameDatabases(
  admin: Database,
  renames: readonly { readonly from: string; readonly to: string }[],
): Promise<void> {
  await admin.begin(async (tx) => {
    for (const { from, to } of renames) {
      await tx`alter database ${tx(from)} rename to ${tx(to)}`;
    }
  });
}

export async function setSequences(
  tx: Transaction,
  sequences: readonly {
    readonly name: string;
    readonly lastValue: string;
    readonly isCalled: boolean;
  }[],
): Promise<void> {
  for (const { name, lastValue, isCalled } of sequences) {
    await tx`select setval(${name}::regclass, ${lastValue}::bigint, ${isCalled})`;
  }
}

export async function countRows(sql: Queryable, { table }: TableColumns): Promise<number> {
  const [row] = await sql<{ count: string }[]>`select count(*)::text as count from ${sql(table)}`;
  return Number(row?.count);
}
