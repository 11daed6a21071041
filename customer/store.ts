import { type Database, type Queryable, transact, type Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { loadOnce } from 'platform/load-once';
import { containing, readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import type { Idempotency } from 'platform/request-reader';

import type { Customer, CustomerInput } from './contract.ts';
import { inputOf } from './customers.ts';

export type SortField = 'name' | 'email' | 'city' | 'createdAt';
export type ListQuery = {
  readonly q: string;
  readonly sort: readonly SortKey<SortField>[];
  readonly page: number;
  readonly size: number;
};

/** Where customers are kept. `decide` sees the record, locked, and throws to leave it as it is. */
export type CustomerStore = ReturnType<typeof createCustomerStore>;

export function createCustomerStore(sql: Database) {
  return {
    list: (query: ListQuery): Promise<Page<Customer>> =>
      readPage<Customer, SortField>(sql, {
        ...query,
        columns: columns(sql),
        source: sql`customer`,
        where: matching(sql, query.q),
        columnOf: { name: 'name', email: 'email', city: 'city', createdAt: 'created_at' },
        defaultSort: [{ field: 'name', descending: false }],
      }),

    async find(id: string): Promise<Customer | undefined> {
      const [customer] = await sql<Customer[]>`
        select ${columns(sql)} from customer where id = ${id}
      `;
      return customer;
    },

    /** Adds a customer, once per idempotency key. */
    create: (input: CustomerInput, idempotency?: Idempotency): Promise<Customer> =>
      once(sql, idempotency, (tx) => insert(tx, { id: Bun.randomUUIDv7(), ...input })),

    /** Undefined when there is no such customer. */
    change: (
      id: string,
      decide: (current: Customer) => CustomerInput,
    ): Promise<Customer | undefined> =>
      transact(sql, async (tx) => {
        const current = await lock(tx, id);
        return current && update(tx, id, decide(current));
      }),

    /** Whether there was such a customer. */
    remove: (id: string, decide: (current: Customer) => void): Promise<boolean> =>
      transact(sql, async (tx) => {
        const current = await lock(tx, id);
        if (current === undefined) return false;
        decide(current);
        await tx`delete from customer where id = ${id}`;
        return true;
      }),

    /** Adds the customers once in the life of the database, and only while it has none. */
    seed: (customers: readonly (CustomerInput & { id: string })[]): Promise<void> =>
      loadOnce(sql, 'demo', async (tx) => {
        const [first] = await tx`select id from customer limit 1`;
        if (first === undefined) await tx`insert into customer ${tx([...customers])}`;
      }),
  };
}

async function insert(
  tx: Transaction,
  customer: CustomerInput & { id: string },
): Promise<Customer> {
  const rows = await tx<Customer[]>`
    insert into customer ${tx(customer)} returning ${columns(tx)}
  `;
  return only(rows);
}

async function update(tx: Transaction, id: string, input: CustomerInput): Promise<Customer> {
  const rows = await tx<Customer[]>`
    update customer
    set ${tx(inputOf(input))}, version = version + 1, updated_at = now()
    where id = ${id}
    returning ${columns(tx)}
  `;
  return only(rows);
}

async function lock(tx: Transaction, id: string): Promise<Customer | undefined> {
  const [customer] = await tx<Customer[]>`
    select ${columns(tx)} from customer where id = ${id} for update
  `;
  return customer;
}

/** Every word must be found in one of the fields, whatever its case and accents. */
function matching(sql: Queryable, q: string) {
  return q
    .split(/\s+/)
    .filter(Boolean)
    .reduce(
      (where, word) => sql`${where} and search like search_text(${containing(word)})`,
      sql`true`,
    );
}

function columns(sql: Queryable) {
  return sql`
    id, name, email, phone, street, postal_code, city, country, siren, vat_number,
    version, created_at, updated_at
  `;
}

function only<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('Cannot go on: the statement gave no row');
  return row;
}
