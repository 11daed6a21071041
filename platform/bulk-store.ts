import type { TableColumns } from './copy-store.ts';
import type { Database, Queryable, Transaction } from './database.ts';

/** The tables of a database, with the columns that a COPY takes, ordered by name. */
export async function tablesOf(sql: Queryable): Promise<TableColumns[]> {
  return sql<TableColumns[]>`
    select relname as table,
           array_agg(attname::text order by attnum) filter (where attgenerated = '') as columns
    from pg_class
    join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and not exists (
        select from pg_depend where objid = pg_class.oid and deptype = 'e'
      )
    group by relname
    order by relname
  `;
}

/**
 * Fills a whole database in one transaction. All tables but those to `keep` are emptied, then `load` fills them, with no
 * trigger, foreign key or secondary index in its way; those are built again afterwards, which proves
 * keys and uniqueness and is many times faster. Needs to own the tables, not to be a superuser.
 * Whatever fails, or a kill, leaves what was there.
 */
export async function bulkLoad(
  sql: Database,
  load: (tx: Transaction) => Promise<void>,
  {
    keep = [],
    say = () => {},
    beforeCommit,
  }: {
    readonly keep?: readonly string[];
    readonly say?: (line: string) => void;
    /** Waited for when all is done, but not yet for others to see. */
    readonly beforeCommit?: (() => Promise<void>) | undefined;
  } = {},
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local idle_in_transaction_session_timeout = 0`;
    await tx`set local maintenance_work_mem = '256MB'`;
    const tables = await tablesOf(tx);
    const { foreignKeys, indexes } = await derivedOf(tx);
    for (const { table } of tables) await tx`alter table ${tx(table)} disable trigger user`;
    for (const { table, name } of foreignKeys) {
      await tx`alter table ${tx(table)} drop constraint ${tx(name)}`;
    }
    for (const { name } of indexes) await tx`drop index ${tx(name)}`;
    const emptied = tables.filter(({ table }) => !keep.includes(table));
    await tx`truncate ${tx(emptied.map(({ table }) => table))}`;
    await load(tx);
    for (const { name, definition } of indexes) {
      say(`building ${name}`);
      await tx.unsafe(definition);
    }
    for (const { table, name, definition } of foreignKeys) {
      say(`checking ${name}`);
      await tx.unsafe(`alter table "${table}" add constraint "${name}" ${definition}`);
    }
    for (const { table } of tables) await tx`alter table ${tx(table)} enable trigger user`;
    await beforeCommit?.();
  });
  say('collecting statistics');
  await sql`analyze`;
}

type Derived = { readonly table: string; readonly name: string; readonly definition: string };

async function derivedOf(tx: Transaction) {
  const foreignKeys = await tx<Derived[]>`
    select conrelid::regclass::text as table, conname as name,
           pg_get_constraintdef(oid) as definition
    from pg_constraint
    where connamespace = 'public'::regnamespace and contype = 'f' and conparentid = 0
    order by conname
  `;
  const indexes = await tx<Derived[]>`
    select indrelid::regclass::text as table, relname as name,
           pg_get_indexdef(indexrelid) as definition
    from pg_index
    join pg_class on pg_class.oid = indexrelid
    where relnamespace = 'public'::regnamespace
      and not exists (select from pg_constraint where conindid = indexrelid)
      and not exists (select from pg_depend where objid = indrelid and deptype = 'e')
    order by relname
  `;
  return { foreignKeys, indexes };
}
