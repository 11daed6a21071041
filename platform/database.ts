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

/** Whether what is stored is not of the kind that a statement needs of it (class 22 of SQLSTATE). */
export function isBadData(error: unknown): boolean {
  return error instanceof postgres.PostgresError && error.code.startsWith('22');
}

/** The one row that a statement gives; it giving none is an error of ours. */
export function onlyRow<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('Cannot go on: the statement gave no row');
  return row;
}

function isTransient(error: unknown): boolean {
  return error instanceof postgres.PostgresError && ['40P01', '40001'].includes(error.code);
}
