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
import { containing, readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import { conflict } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import type { NewProduct, Product, ProductInput } from './contract.ts';
import { insertMovements } from './movement-store.ts';
import { inputOf } from './products.ts';
import { thousandths } from './quantity.ts';

export type SortField = 'name' | 'sku' | 'unitPrice' | 'onHand' | 'available' | 'createdAt';
export type ListQuery = {
  readonly q: string;
  readonly sort: readonly SortKey<SortField>[];
  readonly page: number;
  readonly size: number;
};

/** Where products are kept. `decide` sees the record, locked, and throws to leave it as it is. */
export type ProductStore = ReturnType<typeof createProductStore>;

export function createProductStore(sql: Database) {
  return {
    list: (query: ListQuery): Promise<Page<Product>> =>
      readPage<Product, SortField>(sql, {
        ...query,
        columns: columns(sql),
        source: sql`product`,
        where: matching(sql, query.q),
        columnOf: {
          name: 'name',
          sku: 'sku',
          unitPrice: 'unit_price',
          onHand: 'on_hand',
          available: 'available',
          createdAt: 'created_at',
        },
        defaultSort: [{ field: 'name', descending: false }],
      }),

    async find(id: string): Promise<Product | undefined> {
      const [product] = await sql<Product[]>`
        select ${columns(sql)} from product where id = ${id}
      `;
      return product;
    },

    /** Adds a product with its first stock, once per idempotency key; throws 409 for a SKU taken. */
    create: (product: NewProduct, idempotency?: Idempotency): Promise<Product> =>
      once(sql, idempotency, (tx) => insert(tx, { id: Bun.randomUUIDv7(), ...product })).catch(
        (error: unknown) => skuTaken(error, product),
      ),

    /** Undefined when there is no such product; throws 409 for a SKU taken. */
    async change(
      id: string,
      decide: (current: Product) => ProductInput,
    ): Promise<Product | undefined> {
      let input: ProductInput | undefined;
      return transact(sql, async (tx) => {
        const current = await lock(tx, id);
        if (current === undefined) return undefined;
        input = decide(current);
        return await update(tx, id, input);
      }).catch((error: unknown) => skuTaken(error, input));
    },

    /** Whether there was such a product; throws 409 when a reservation names it. */
    remove: (id: string, decide: (current: Product) => void): Promise<boolean> =>
      transact(sql, async (tx) => {
        const current = await lock(tx, id);
        if (current === undefined) return false;
        decide(current);
        await tx`delete from product where id = ${id}`;
        return true;
      }).catch(inUse),

    /** Adds the products once in the life of the database, and only while it has none. */
    seed: (products: readonly (NewProduct & { id: string })[]): Promise<void> =>
      loadOnce(sql, 'demo', async (tx) => {
        const [first] = await tx`select id from product limit 1`;
        if (first !== undefined) return;
        for (const product of products) await insert(tx, product);
      }),
  };
}

async function insert(
  tx: Transaction,
  { initialQuantity, ...product }: NewProduct & { id: string },
): Promise<Product> {
  const rows = await tx<Product[]>`
    insert into product ${tx({ ...product, onHand: initialQuantity })} returning ${columns(tx)}
  `;
  if (thousandths(initialQuantity) > 0n) {
    const reason = 'receipt' as const;
    const first = { delta: initialQuantity, balanceAfter: initialQuantity, reason };
    await insertMovements(tx, [{ productId: product.id, ...first }]);
  }
  return only(rows);
}

async function update(tx: Transaction, id: string, input: ProductInput): Promise<Product> {
  const rows = await tx<Product[]>`
    update product
    set ${tx(inputOf(input))}, version = version + 1, updated_at = now()
    where id = ${id}
    returning ${columns(tx)}
  `;
  return only(rows);
}

async function lock(tx: Transaction, id: string): Promise<Product | undefined> {
  const [product] = await tx<Product[]>`
    select ${columns(tx)} from product where id = ${id} for update
  `;
  return product;
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
    id, sku, name, unit, unit_price, currency, vat_rate_bp, track_stock, low_stock_threshold,
    on_hand, reserved, available, version, created_at, updated_at
  `;
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

function only<T>([row]: readonly T[]): T {
  if (row === undefined) throw new Error('Cannot go on: the statement gave no row');
  return row;
}
