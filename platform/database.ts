import { join } from 'node:path';

import postgres from 'postgres';

import { inTransactionSpan } from './transaction-span.ts';

export type Database = postgres.Sql<{ bigint: bigint }>;
/** Hears of each query with its parameters, as it is sent. */
export type OnQuery = (query: string, parameters: readonly unknown[]) => void;
export type Transaction = postgres.TransactionSql<{ bigint: bigint }>;
/** Whatever can be asked: the database, or a transaction on it. */
export type Queryable = Database | Transaction;

/**
 * A pool of connections. Rows come ready for JSON: `snake_case` columns as `camelCase` keys, a
 * `date` as `2026-11-22`, a `timestamptz` as ISO 8601 in UTC, `numeric` as a decimal string,
 * `bigint` as `bigint`.
 */
export function connect(
  url: string,
  { maxConnections = 8, onQuery }: { maxConnections?: number; onQuery?: OnQuery } = {},
): Database {
  return postgres(url, {
    max: maxConnections,
    ...(onQuery ? { debug: (_, query, parameters) => onQuery(query, parameters) } : {}),
    idle_timeout: 30,
    connect_timeout: 10,
    // The driver's own grows to 20 s by one restart of the server, which ends all connections at once.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => undefined,
    transform: { column: postgres.camel.column },
    connection: {
      TimeZone: 'UTC',
      // Whoever was lost in the middle of a transaction must not keep others from its rows for long.
      idle_in_transaction_session_timeout: 15_000,
      // Of memory and of what is no disk that turns, which the default of 4 is meant for: with it,
      // whole tables are read where an index would lead to a few rows.
      random_page_cost: 1.1,
    },
    types: {
      bigint: postgres.BigInt,
      date: { to: 1082, from: [1082], serialize: String, parse: String },
      timestamptz: {
        to: 1184,
        from: [1184],
        serialize: String,
        parse: (value: string) => new Date(value).toISOString(),
      },
    },
  });
}

/**
 * Runs `work` in a transaction, again (3 times at most) when the server gave it up for the sake of
 * others: a deadlock (40P01) or a serialization failure (40001). `work` must have no effect outside.
 */
export const transact = <T>(
  sql: Database,
  work: (tx: Transaction) => Promise<T>,
  attempts = 3,
): Promise<T> => inTransactionSpan(sql, () => attempt(sql, work, attempts));

async function attempt<T>(
  sql: Database,
  work: (tx: Transaction) => Promise<T>,
  attempts: number,
): Promise<T> {
  try {
    // The driver's own type unwraps arrays of promises, which no caller here returns.
    // eslint-disable-next-line typescript/no-unsafe-type-assertion
    return (await sql.begin(work)) as T;
  } catch (error) {
    if (attempts <= 1 || !isTransient(error)) throw error;
    return attempt(sql, work, attempts - 1);
  }
}

/**
 * Brings a database to the newest schema: platform's own tables, then the service's `*.sql` files
 * in the order of their names, each once and in a transaction. Processes that start together take
 * turns. Throws when a file was changed after it was applied. With `only`, no others are applied.
 */
export async function migrate(
  sql: Database,
  folder: string,
  only?: ReadonlySet<string>,
): Promise<void> {
  const all = await migrationsOf(folder);
  const files = only === undefined ? all : all.filter(({ name }) => only.has(name));
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('migrate', 0))`;
    await tx`
      create table if not exists schema_migration (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )
    `;
    const rows = await tx<{ name: string; checksum: string }[]>`
      select name, checksum from schema_migration
    `;
    const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
    for (const file of files) await apply(tx, file, applied.get(file.name));
  });
}

/** The migrations of a service with this folder, platform's own first, in the order of `migrate`. */
export async function migrationsOf(folder: string): Promise<readonly Migration[]> {
  return [
    ...(await migrationsIn(join(import.meta.dir, 'migrations'), 'platform/')),
    ...(await migrationsIn(folder, '')),
  ];
}

/** Whether the server answers. */
export async function isReachable(sql: Database): Promise<boolean> {
  return sql`select 1`.then(
    () => true,
    () => false,
  );
}

/** Whether an error says that a unique index stood in the way. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return (
    error instanceof postgres.PostgresError &&
    error.code === '23505' &&
    (constraint === undefined || error.constraint_name === constraint)
  );
}

/** Whether an error says that other rows refer to one that was to go. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code === '23503';
}

/** The one row that a statement gives; it giving none is an error of ours. */
export function onlyRow<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('Cannot go on: the statement gave no row');
  return row;
}

export type Migration = { readonly name: string; readonly text: string; readonly checksum: string };

async function migrationsIn(folder: string, prefix: string): Promise<Migration[]> {
  const names = await Array.fromAsync(new Bun.Glob('*.sql').scan(folder));
  return Promise.all(
    names.toSorted().map(async (file) => {
      const text = await Bun.file(join(folder, file)).text();
      const checksum = new Bun.CryptoHasher('sha256').update(text).digest('hex');
      return { name: `${prefix}${file}`, text, checksum };
    }),
  );
}

async function apply(tx: Transaction, file: Migration, checksum: string | undefined) {
  if (checksum === file.checksum) return;
  if (checksum !== undefined) {
    throw new Error(`Cannot migrate: '${file.name}' was changed after it was applied`);
  }
  await tx.unsafe(file.text);
  await tx`insert into schema_migration ${tx({ name: file.name, checksum: file.checksum })}`;
}

function isTransient(error: unknown): boolean {
  return error instanceof postgres.PostgresError && ['40P01', '40001'].includes(error.code);
}
