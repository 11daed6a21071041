import { readAudit, writeAudit } from 'platform/audit-store';
import {
  type Database,
  isForeignKeyViolation,
  isUniqueViolation,
  type Queryable,
  transact,
  type Transaction,
} from 'platform/database';
import { once } from 'platform/idempotency-store';
import { loadOnce } from 'platform/load-once';
import { foundByWords, readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import { conflict } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { NewProduct, Product, ProductInput } from './contract.ts';
import {
  insertProduct,
  lockProduct,
  productColumns,
  setArchived,
  updateProduct,
} from './product-row-store.ts';
import { isArchived } from './products.ts';

export type SortField = 'name' | 'sku' | 'unitPrice' | 'onHand' | 'available' | 'createdAt';
export type ListQuery = {
  readonly q: string;
  readonly sort: readonly SortKey<SortField>[];
  readonly page: number;
  readonly size: number;
  readonly archived: boolean;
  readonly lowStock: boolean;
  readonly ids: readonly string[];
};

/** Where products are kept. */
export type ProductStore = ReturnType<typeof createProductStore>;

export function createProductStore(sql: Database) {
  return {
    list: (query: ListQuery): Promise<Page<Product>> =>
      readPage<Product, SortField>(sql, {
        ...query,
        columns: productColumns(sql),
        source: sql`product`,
        where: sql`${shown(sql, query)} and ${foundByWords(sql, query.q)}`,
        columnOf: COLUMN_OF,
        neverNull: true,
        defaultSort: [{ field: 'name', descending: false }],
      }),

    async find(id: string): Promise<Product | undefined> {
      const [product] = await sql<Product[]>`
        select ${productColumns(sql)} from product where id = ${id}
      `;
      return product;
    },

    /** Adds a product with its first stock, once per idempotency key; throws 409 for a SKU taken. */
    create: (product: NewProduct, idempotency?: Idempotency): Promise<Product> =>
      once(sql, idempotency, (tx) =>
        insertProduct(tx, { id: Bun.randomUUIDv7(), ...product }),
      ).catch((error: unknown) => skuTaken(error, product)),

    /** Undefined when there is no such product, here and below; throws 409 for a SKU taken. */
    change: (id: string, decide: Decide<ProductInput>): Promise<Product | undefined> => {
      let input: ProductInput | undefined;
      return onLocked(sql, id, (tx, current) => {
        input = decide(current);
        return updateProduct(tx, current, input);
      }).catch((error: unknown) => skuTaken(error, input));
    },

    /** Puts the product away, or brings it back. */
    setArchived: (
      id: string,
      archived: boolean,
      decide: Decide<void>,
    ): Promise<Product | undefined> =>
      onLocked(sql, id, async (tx, current) => {
        decide(current);
        return isArchived(current) === archived ? current : setArchived(tx, id, archived);
      }),

    /** Throws 409 when a reservation holds the product, or has taken it. */
    remove: (id: string, decide: Decide<void>): Promise<boolean | undefined> =>
      onLocked(sql, id, async (tx, current) => {
        decide(current);
        await forgetReleased(tx, id);
        await tx`delete from product where id = ${id}`;
        await writeAudit(tx, id, 'deleted');
        return true;
      }).catch(inUse),

    history: (id: string, query: Parameters<typeof readAudit>[2]) => readAudit(sql, id, query),

    /** Adds the products once in the life of the database, and only while it has none. */
    seed: (products: readonly (NewProduct & { id: string })[]): Promise<void> =>
      loadOnce(sql, 'demo', async (tx) => {
        const [first] = await tx`select id from product limit 1`;
        if (first !== undefined) return;
        for (const product of products) await insertProduct(tx, product);
      }),
  };
}

/** What was given back does not keep a product; what ran out may be taken after all. */
async function forgetReleased(tx: Transaction, productId: string): Promise<void> {
  await tx`
    delete from reservation_line
    using reservation
    where product_id = ${productId}
      and reservation.id = reservation_id
      and status = 'released'
      and not has_expired
  `;
}

const COLUMN_OF = {
  name: 'name',
  sku: 'sku',
  unitPrice: 'unit_price',
  onHand: 'on_hand',
  available: 'available',
  createdAt: 'created_at',
} as const;

/** Looks at a product, locked, and throws to leave it as it is. */
type Decide<T> = (current: Product) => T;

function onLocked<T>(
  sql: Database,
  id: string,
  work: (tx: Transaction, current: Product) => Promise<T>,
): Promise<T | undefined> {
  return transact(sql, async (tx) => {
    const current = await lockProduct(tx, id);
    return current && work(tx, current);
  });
}

function shown(sql: Queryable, { archived, lowStock, ids }: ListQuery) {
  if (ids.length > 0) return sql`id = any(${[...ids]}::uuid[])`;
  const low = lowStock ? sql`is_low` : sql`true`;
  return sql`(archived_at is not null) = ${archived} and ${low}`;
}

function skuTaken(error: unknown, product: { sku: string } | undefined): never {
  if (!isUniqueViolation(error, 'product_sku')) throw error;
  const detail = `Another product has the SKU '${product?.sku ?? ''}'`;
  conflict('sku-taken', 'The SKU is taken', {
    detail,
    errors: [{ pointer: '/sku', code: 'taken', detail }],
  });
}

function inUse(error: unknown): never {
  if (!isForeignKeyViolation(error)) throw error;
  conflict('in-use', 'The product is in use', {
    detail: 'Stock of it was reserved for an invoice',
  });
}
