import { redactAudit, writeAudit } from 'platform/audit-store';
import type { Database, Queryable, Transaction } from 'platform/database';
import { once, redactReplies } from 'platform/idempotency-store';
import { loadOnce } from 'platform/load-once';
import type { Input } from 'platform/operation-types';
import type { PageQuery } from 'platform/page-order-store';
import { readPage } from 'platform/page-store';
import type { Page } from 'platform/paging';
import { createRecordStore, type Decide } from 'platform/record-store';
import type { Idempotency } from 'platform/request-reader';
import { foundByWords, rankedByStart } from 'platform/search-store';

import { Customer, CustomerInput, type customers } from './contract.ts';
import { anonymised } from './customers.ts';
import { noteForgotten } from './forgotten-store.ts';

export type ListQuery = Input<typeof customers.operations.list>;
export type SortField = ListQuery['sort'][number]['field'];

/** Where customers are kept. */
export type CustomerStore = ReturnType<typeof createCustomerStore>;

export function createCustomerStore(sql: Database) {
  const kind = { name: 'customer', record: Customer, input: CustomerInput };
  const records = createRecordStore<CustomerInput, Customer>(sql, kind);

  const read = (query: ListQuery, { where, ranking }: Found): Promise<Page<Customer>> =>
    readPage<Customer, SortField>(sql, {
      ...query,
      columns: records.columns,
      source: sql`customer`,
      where: sql`${shown(sql, query)} and ${where}`,
      ranking,
      isInOrder: !query.archived && query.ids.length === 0,
      columnOf: { name: 'name', email: 'email', city: 'city', createdAt: 'created_at' },
      defaultSort: [{ field: 'name', descending: false }],
    });

  return {
    ...records,

    /**
     * Who searches for an e-mail address that somebody has gets whose it is, and nobody else. A search
     * without a sort gives first whose SIREN it is, then whose name starts with it, then another field.
     */
    async list(query: ListQuery): Promise<Page<Customer>> {
      const { q } = query;
      if (ADDRESS.test(q)) {
        const owners = await read(query, { where: hasEmail(sql, q), ranking: [] });
        if (owners.total > 0) return owners;
      }
      const ranking = rankedByStart(sql, q, hasSiren(sql, q));
      return read(query, { where: foundByWords(sql, q), ranking });
    },

    /** Adds a customer, once per idempotency key. */
    create: (input: CustomerInput, idempotency?: Idempotency): Promise<Customer> =>
      once(sql, idempotency, (tx) => records.insert(tx, { id: Bun.randomUUIDv7(), ...input })),

    /** Replaces the customer by what is left without the person, wherever it was kept. */
    anonymise: (
      id: string,
      decide: Decide<Customer, CustomerInput>,
      idempotency?: Idempotency,
    ): Promise<Customer> =>
      records.onLocked(
        id,
        async (tx, current) => {
          const left = await records.write(tx, id, decide(current));
          await forget(tx, left);
          await writeAudit(tx, id, 'anonymised');
          return left;
        },
        idempotency,
      ),

    /** Deletes the customer; of its history only stays that something happened. */
    remove: (id: string, decide: Decide<Customer>): Promise<void> =>
      records.remove(id, decide, (tx, current) =>
        forget(tx, { ...current, ...anonymised(current) }),
      ),

    /** Adds the customers once in the life of the database, and only while it has none. */
    seed: (customers: readonly (CustomerInput & { id: string })[]): Promise<void> =>
      loadOnce(sql, 'demo', async (tx) => {
        const [first] = await tx`select id from customer limit 1`;
        if (first !== undefined) return;
        for (const customer of customers) await records.insert(tx, customer);
      }),
  };
}

type Found = Pick<PageQuery<SortField>, 'where' | 'ranking'>;

/** An e-mail address from end to end. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

const hasEmail = (sql: Queryable, q: string) => sql`lower(email) = lower(${q})`;

function hasSiren(sql: Queryable, q: string) {
  const siren = q.replaceAll(/\s/g, '');
  return sql`(siren = ${siren} and siren <> '')`;
}

/**
 * The person goes from the history, from what repeated requests are still answered with, and soon
 * from what others copied.
 */
async function forget(tx: Transaction, left: Customer): Promise<void> {
  await redactAudit(tx, left.id);
  await redactReplies(tx, left);
  await noteForgotten(tx, left.id);
}

function shown(sql: Queryable, { archived, ids }: ListQuery) {
  if (ids.length > 0) return sql`id = any(${[...ids]}::uuid[])`;
  return sql`archived_at ${archived ? sql`is not null` : sql`is null`}`;
}
