import { readAudit, redactAudit, writeAudit } from 'platform/audit-store';
import { type Database, type Queryable, transact, type Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { loadOnce } from 'platform/load-once';
import { foundByWords, readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import type { Idempotency } from 'platform/request-reader';

import type { Customer, CustomerInput } from './contract.ts';
import {
  customerColumns,
  insertCustomer,
  lockCustomer,
  setArchived,
  updateCustomer,
  writeCustomer,
} from './customer-row-store.ts';
import { isArchived } from './customers.ts';

export type SortField = 'name' | 'email' | 'city' | 'createdAt';
export type ListQuery = {
  readonly q: string;
  readonly sort: readonly SortKey<SortField>[];
  readonly page: number;
  readonly size: number;
  readonly archived: boolean;
  readonly ids: readonly string[];
};

/** Where customers are kept. `decide` sees the record, locked, and throws to leave it as it is. */
export type CustomerStore = ReturnType<typeof createCustomerStore>;

export function createCustomerStore(sql: Database) {
  return {
    list: (query: ListQuery): Promise<Page<Customer>> =>
      readPage<Customer, SortField>(sql, {
        ...query,
        columns: customerColumns(sql),
        source: sql`customer`,
        where: sql`${shown(sql, query)} and ${foundByWords(sql, query.q)}`,
        columnOf: { name: 'name', email: 'email', city: 'city', createdAt: 'created_at' },
        neverNull: true,
        defaultSort: [{ field: 'name', descending: false }],
      }),

    async find(id: string): Promise<Customer | undefined> {
      const [customer] = await sql<Customer[]>`
        select ${customerColumns(sql)} from customer where id = ${id}
      `;
      return customer;
    },

    /** Adds a customer, once per idempotency key. */
    create: (input: CustomerInput, idempotency?: Idempotency): Promise<Customer> =>
      once(sql, idempotency, (tx) => insertCustomer(tx, { id: Bun.randomUUIDv7(), ...input })),

    /** Undefined when there is no such customer, here and below. */
    change: (id: string, decide: Decide<CustomerInput>): Promise<Customer | undefined> =>
      onLocked(sql, id, (tx, current) => updateCustomer(tx, current, decide(current))),

    /** Puts the customer away, or brings it back. */
    setArchived: (
      id: string,
      archived: boolean,
      decide: Decide<void>,
    ): Promise<Customer | undefined> =>
      onLocked(sql, id, async (tx, current) => {
        decide(current);
        return isArchived(current) === archived ? current : setArchived(tx, id, archived);
      }),

    /** Replaces the customer by what is left without the person, in its history too. */
    anonymise: (id: string, decide: Decide<CustomerInput>): Promise<Customer | undefined> =>
      onLocked(sql, id, async (tx, current) => {
        const left = decide(current);
        await redactAudit(tx, id);
        const customer = await writeCustomer(tx, id, left);
        await writeAudit(tx, id, 'anonymised');
        return customer;
      }),

    /** Deletes the customer; of its history only stays that something happened. */
    remove: (id: string, decide: Decide<void>): Promise<boolean | undefined> =>
      onLocked(sql, id, async (tx, current) => {
        decide(current);
        await redactAudit(tx, id);
        await tx`delete from customer where id = ${id}`;
        await writeAudit(tx, id, 'deleted');
        return true;
      }),

    history: (id: string, query: Parameters<typeof readAudit>[2]) => readAudit(sql, id, query),

    /** Adds the customers once in the life of the database, and only while it has none. */
    seed: (customers: readonly (CustomerInput & { id: string })[]): Promise<void> =>
      loadOnce(sql, 'demo', async (tx) => {
        const [first] = await tx`select id from customer limit 1`;
        if (first !== undefined) return;
        for (const customer of customers) await insertCustomer(tx, customer);
      }),
  };
}

function shown(sql: Queryable, { archived, ids }: ListQuery) {
  if (ids.length > 0) return sql`id = any(${[...ids]}::uuid[])`;
  return sql`(archived_at is not null) = ${archived}`;
}

/** Looks at a customer, locked, and throws to leave it as it is. */
type Decide<T> = (current: Customer) => T;

function onLocked<T>(
  sql: Database,
  id: string,
  work: (tx: Transaction, current: Customer) => Promise<T>,
): Promise<T | undefined> {
  return transact(sql, async (tx) => {
    const current = await lockCustomer(tx, id);
    return current && work(tx, current);
  });
}
