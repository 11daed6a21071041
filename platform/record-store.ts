import type postgres from 'postgres';

import { readAudit, writeAudit } from './audit-store.ts';
import type { AuditEvent, AuditTrailQuery } from './audit.ts';
import type { Schema } from './contract.ts';
import { type Database, onlyRow, type Transaction } from './database.ts';
import { once } from './idempotency-store.ts';
import type { CursorPage } from './paging.ts';
import { notFound } from './problem.ts';
import type { Idempotency } from './request-reader.ts';

/** What people fill in: one value per column. */
export type Values = { readonly [field: string]: string | number | boolean | null };

/** What every record has beside that. */
export type Kept = {
  readonly id: string;
  /** Moved on by every change; its `ETag`. */
  readonly version: number;
  readonly archivedAt?: string | null | undefined;
};

/** Looks at a record, locked, and throws to leave it as it is. */
export type Decide<R, T = void> = (current: R) => T;

type Fragment = postgres.PendingQuery<postgres.Row[]>;
type ObjectSchema<T> = Schema<unknown, T> & { readonly shape: Readonly<Record<string, unknown>> };

type RecordKind<I, R> = {
  /** The name of the table, and of the kind in problems. */
  readonly name: string;
  /** Its fields are the columns that are read. */
  readonly record: ObjectSchema<R>;
  /** Its fields are those that people fill in and that the history tells of. */
  readonly input: ObjectSchema<I>;
};

export type RecordStore<I extends Values, R extends Kept & I> = ReturnType<
  typeof createRecordStore<I, R>
>;

/**
 * The records of one table: each with a version, each change in its history, in one transaction.
 * Whoever names a record that is not there gets 404.
 */
export function createRecordStore<I extends Values, R extends Kept & I>(
  sql: Database,
  kind: RecordKind<I, R>,
) {
  const rows = rowsOf<I, R>(sql, kind);
  const { valuesOf, write, onLocked } = rows;
  return {
    ...rows,

    change: (id: string, decide: Decide<R, I>): Promise<R> =>
      onLocked(id, async (tx, current) => {
        const after = await write(tx, id, decide(current));
        await writeAudit(tx, id, 'changed', { before: valuesOf(current), after: valuesOf(after) });
        return after;
      }),

    /** Puts the record away, or brings it back. */
    setArchived: (
      id: string,
      archived: boolean,
      decide: Decide<R>,
      idempotency?: Idempotency,
    ): Promise<R> =>
      onLocked(
        id,
        async (tx, current) => {
          decide(current);
          if ((current.archivedAt != null) === archived) return current;
          await writeAudit(tx, id, archived ? 'archived' : 'restored');
          return rows.writeArchived(tx, id, archived);
        },
        idempotency,
      ),

    /** Deletes the record, after `before` in the same transaction; its history stays. */
    remove: (
      id: string,
      decide: Decide<R>,
      before?: (tx: Transaction, current: R) => Promise<unknown>,
    ): Promise<void> =>
      onLocked(id, async (tx, current) => {
        decide(current);
        await before?.(tx, current);
        await tx`delete from ${tx(kind.name)} where id = ${id}`;
        await writeAudit(tx, id, 'deleted');
      }),

    /** What was changed of the record, newest first; stays when it goes. */
    async history(id: string, query: AuditTrailQuery): Promise<CursorPage<AuditEvent>> {
      const trail = await readAudit(sql, id, query);
      if (trail === undefined) await rows.find(id);
      return trail ?? { items: [], next: null };
    },
  };
}

/** The SQL of one table. */
function rowsOf<I extends Values, R extends Kept & I>(
  sql: Database,
  { name, record, input }: RecordKind<I, R>,
) {
  const columns = sql`${sql(Object.keys(record.shape))}`;
  const inputNames = Object.keys(input.shape);
  const valuesOf = (values: I): Values =>
    Object.fromEntries(inputNames.map((field) => [field, values[field] ?? null]));

  const update = async (tx: Transaction, id: string, updateSet: Fragment): Promise<R> =>
    onlyRow(
      await tx<R[]>`
        ${updateSet}, version = version + 1, updated_at = now()
        where id = ${id}
        returning ${columns}
      `,
    );

  return {
    columns,
    valuesOf,

    async find(id: string): Promise<R> {
      const [current] = await sql<R[]>`select ${columns} from ${sql(name)} where id = ${id}`;
      return current ?? notFound(name, id);
    },

    /** In one transaction, and once where a key says so. */
    onLocked: <T>(
      id: string,
      work: (tx: Transaction, current: R) => Promise<T>,
      idempotency?: Idempotency,
    ): Promise<T> =>
      once(sql, idempotency, async (tx) => {
        const [current] = await tx<R[]>`
          select ${columns} from ${tx(name)} where id = ${id} for update
        `;
        return work(tx, current ?? notFound(name, id));
      }),

    async insert(tx: Transaction, row: I & Values & { readonly id: string }): Promise<R> {
      const made = onlyRow(
        await tx<R[]>`
          insert into ${tx(name)} ${tx<Values, string[]>(row)} returning ${columns}
        `,
      );
      await writeAudit(tx, row.id, 'created', { after: valuesOf(made) });
      return made;
    },

    /** Writes what people fill in to a record that is locked, without a word in its history. */
    write: (tx: Transaction, id: string, values: I): Promise<R> =>
      update(tx, id, tx`update ${tx(name)} set ${tx(valuesOf(values))}`),

    writeArchived: (tx: Transaction, id: string, archived: boolean): Promise<R> =>
      update(tx, id, tx`update ${tx(name)} set archived_at = case when ${archived} then now() end`),
  };
}
