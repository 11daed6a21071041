import type postgres from 'postgres';

import type { BackupHeader } from './backup-format.ts';
import { tablesOf } from './bulk-store.ts';
import { withDatabase } from './database-url.ts';
import { connect, type Database } from './database.ts';

type Session = postgres.ReservedSql<{ bigint: bigint }>;

/** A database as it was at one moment, for as long as it is open. */
export type Snapshot = {
  readonly sql: Session;
  readonly content: BackupHeader['databases'][number];
};

/** One moment of several databases. */
export type Snapshots = { readonly all: readonly Snapshot[]; close(): Promise<void> };

/**
 * Looks at all databases as of the same moment: while nobody can write to any of them, a view of each
 * is opened, and then writing goes on. Writers wait for milliseconds, and no longer than one of the
 * tries waits for them to end what they have begun.
 */
export async function openSnapshots(server: string, names: readonly string[]): Promise<Snapshots> {
  const databases = names.map((name) => ({
    name,
    sql: connect(withDatabase(server, name), { maxConnections: 2 }),
  }));
  const close = async () => {
    await Promise.all(databases.map(({ sql }) => sql.end({ timeout: 1 })));
  };
  try {
    const views = await atOneMoment(databases);
    const all = await Promise.all(
      views.map(async ({ name, sql }) => ({ sql, content: await contentOf(name, sql) })),
    );
    return { all, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * How long each try waits for a lock. Others queue behind one that waits, so the first are short. The
 * last are longer than a second, after which PostgreSQL sends its own vacuum away, and shorter than
 * two, by which it would end somebody else's transaction for being in a circle with us.
 */
const LOCK_TRIES_MS = [50, 100, 200, 400, 800, 1500, 1500, 1500, 1500];
const PAUSE_MS = 200;

type Named = { readonly name: string; readonly sql: Database };
type View = { readonly name: string; readonly sql: Session };

async function atOneMoment(databases: readonly Named[]): Promise<View[]> {
  for (const lockTimeoutMs of LOCK_TRIES_MS) {
    const sessions: Session[] = [];
    try {
      for (const { sql } of databases) {
        const session = await sql.reserve();
        sessions.push(session);
        await keepWritersOut(session, lockTimeoutMs);
      }
      return await Promise.all(
        databases.map(async ({ name, sql }) => ({ name, sql: await openView(sql) })),
      );
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
    } finally {
      await Promise.all(sessions.map((session) => session`rollback`));
      for (const session of sessions) session.release();
    }
    await Bun.sleep(PAUSE_MS);
  }
  throw new Error(
    'Cannot get a moment without writing: a long transaction keeps its tables; try again later',
  );
}

async function keepWritersOut(session: Session, lockTimeoutMs: number): Promise<void> {
  await session`begin`;
  await session`select set_config('lock_timeout', ${`${lockTimeoutMs}ms`}, true)`;
  // No migration, before the tables are known.
  await session`select pg_advisory_xact_lock(hashtextextended('migrate', 0))`;
  const tables = await tablesOf(session);
  await session`lock table ${session(tables.map(({ table }) => table))} in share mode`;
}

async function openView(sql: Database): Promise<Session> {
  const session = await sql.reserve();
  await session`begin isolation level repeatable read read only`;
  // It waits for the databases before it.
  await session`set local idle_in_transaction_session_timeout = 0`;
  const tables = await tablesOf(session);
  await session`lock table ${session(tables.map(({ table }) => table))} in access share mode`;
  return session;
}

async function contentOf(name: string, sql: Session): Promise<Snapshot['content']> {
  return {
    name,
    migrations: await sql<{ name: string; checksum: string }[]>`
      select name, checksum from schema_migration order by name
    `,
    tables: await tablesOf(sql),
    sequences: await sequencesOf(sql),
  };
}

async function sequencesOf(sql: Session) {
  return sql<Snapshot['content']['sequences']>`
    select sequencename as name,
           coalesce(last_value, start_value)::text as last_value,
           last_value is not null as is_called
    from pg_sequences
    where schemaname = 'public'
    order by sequencename
  `;
}

/** lock_not_available, or ended for being in a circle. */
function isLockTimeout(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === '55P03' || code === '40P01';
}
