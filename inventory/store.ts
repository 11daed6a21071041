import {
  type Database,
  isForeignKeyViolation,
  isUniqueViolation,
  type Queryable,
  type Transaction,
} from 'platform/database';
import { once } from 'platform/idempotency-store';
import { loadOnce } from 'platform/load-once';
import type { Input } from 'platform/operation-types';
import { readPage } from 'platform/page-store';
import type { Page } from 'platform/paging';
import { conflict } from 'platform/problem';
import { createRecordStore, type Decide } from 'platform/record-store';
import type { Idempotency } from 'platform/request-reader';
import { foundAsField, foundByWords, rankedByStart } from 'platform/search-store';

import type { products } from './contract.ts';
import { insertMovements } from './movement-store.ts';
import { Product, ProductValues } from './product-contract.ts';
import { thousandths } from './quantity.ts';

/** A new product with what is on the shelf already. */
export type FirstValues = ProductValues & { readonly initialQuantity: string };

export type ListQuery = Input<typeof products.operations.list>;
export type SortField = ListQuery['sort'][number]['field'];

/** Where products are kept. */
export type ProductStore = ReturnType<typeof createProductStore>;

export function createProductStore(sql: Database) {
  const kind = { name: 'product', record: Product, input: ProductValues };
  const records = createRecordStore<ProductValues, Product>(sql, kind);

  /** Adds a product with its first stock as the first movement. */
  const insert = async (
    tx: Transaction,
    { initialQuantity, ...product }: FirstValues & { id: string },
  ): Promise<Product> => {
    const made = await records.insert(tx, { ...product, onHand: initialQuantity });
    if (thousandths(initialQuantity) > 0n) {
      const reason = 'receipt' as const;
      const first = { delta: initialQuantity, balanceAfter: initialQuantity, reason };
      await insertMovements(tx, [{ productId: product.id, ...first }]);
    }
    return made;
  };

  return {
    ...records,

    /** A search without a sort gives first what has it as its SKU, or starts with it. */
    list: (query: ListQuery): Promise<Page<Product>> =>
      readPage<Product, SortField>(sql, {
        ...query,
        columns: records.columns,
        source: sql`product`,
        where: sql`${shown(sql, query)} and ${foundByWords(sql, query.q)}`,
        ranking: rankedByStart(sql, query.q, foundAsField(sql, query.q)),
        isInOrder: isInOrder(query),
        columnOf: COLUMN_OF,
        defaultSort: [{ field: 'name', descending: false }],
      }),

    /** Adds a product with its first stock, once per idempotency key; throws 409 for a SKU taken. */
    create: (product: FirstValues, idempotency?: Idempotency): Promise<Product> =>
      once(sql, idempotency, (tx) => insert(tx, { id: Bun.randomUUIDv7(), ...product })).catch(
        (error: unknown) => skuTaken(error, product),
      ),

    /** Throws 409 for a SKU taken. */
    change: (id: string, decide: Decide<Product, ProductValues>): Promise<Product> => {
      let input: ProductValues | undefined;
      return records
        .change(id, (current) => (input = decide(current)))
        .catch((error: unknown) => skuTaken(error, input));
    },

    /** Throws 409 when a reservation holds the product, or has taken it. */
    remove: (id: string, decide: Decide<Product>): Promise<void> =>
      records.remove(id, decide, (tx) => forgetReleased(tx, id)).catch(inUse),

    /** Adds the products once in the life of the database, and only while it has none. */
    seed: (products: readonly (FirstValues & { id: string })[]): Promise<void> =>
      loadOnce(sql, 'demo', async (tx) => {
        const [first] = await tx`select id from product limit 1`;
        if (first !== undefined) return;
        for (const product of products) await insert(tx, product);
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

/** Every sort has an index but those by what a sale changes; what is low in stock has one by name. */
function isInOrder({ archived, lowStock, ids, sort }: ListQuery): boolean {
  if (archived || ids.length > 0) return false;
  return sort.every(({ field }) =>
    lowStock ? field === 'name' : field !== 'onHand' && field !== 'available',
  );
}

function shown(sql: Queryable, { archived, lowStock, ids }: ListQuery) {
  if (ids.length > 0) return sql`id = any(${[...ids]}::uuid[])`;
  const low = lowStock ? sql`is_low` : sql`true`;
  return sql`archived_at ${archived ? sql`is not null` : sql`is null`} and ${low}`;
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
