import { auditOfMade } from 'platform/audit-store';
import { bulkLoad } from 'platform/bulk-store';
import { copyRows } from 'platform/copy-rows';
import type { Database, Transaction } from 'platform/database';
import type { Progress } from 'platform/progress';
import { random } from 'platform/random';

import {
  type SeededProduct,
  seededProduct,
  type SeededReservation,
  type StockBatch,
  type StockEvent,
} from './seed.ts';

export type InventorySeed = {
  readonly seed: number;
  readonly count: number;
  readonly until: string;
  /** In the order in which they happened. */
  readonly stock: AsyncIterable<StockBatch>;
  readonly beforeCommit?: () => Promise<void>;
  readonly progress: Progress;
};

export async function hasProducts(sql: Database): Promise<boolean> {
  return (await sql`select from product limit 1`).length > 0;
}

/**
 * Puts made-up products in the place of all there are, with a ledger of what was sold of them: more
 * is received whenever the shelf would be empty.
 */
export async function seedInventory(sql: Database, options: InventorySeed): Promise<void> {
  const { seed, count, until, stock, beforeCommit, progress } = options;
  const products = Array.from({ length: count }, (_, index) => seededProduct(seed, index, until));
  const balances = new Float64Array(count);
  await bulkLoad(
    sql,
    async (tx) => {
      const dice = random(seed, 'stock');
      const receive = (index: number, least: number, atMs: number) =>
        movement(dice.uuid(atMs), productAt(products, index), balances, {
          index,
          thousandths: least + 1000 * dice.between(50, 400),
          atMs,
        });
      const first = products.flatMap(({ trackStock, createdAt }, index) =>
        trackStock ? [receive(index, 0, Date.parse(createdAt))] : [],
      );
      await copyRows(tx, 'stock_movement', first);
      for await (const { reservations, events } of stock) {
        const movements = events.flatMap((event) => {
          const product = productAt(products, event.index);
          if (!product.trackStock) return [];
          const short = -event.thousandths - (balances[event.index] ?? 0);
          const received = short > 0 ? [receive(event.index, short, event.atMs)] : [];
          return [...received, movement(dice.uuid(event.atMs), product, balances, event)];
        });
        await copyRows(tx, 'stock_movement', movements);
        await copyReservations(tx, reservations, products);
      }
      await copyProducts(tx, products, balances);
    },
    {
      keep: ['schema_migration'],
      say: (line) => progress.update(`products: ${line}`),
      beforeCommit,
    },
  );
  progress.say(`${count.toLocaleString('en')} products with their ledger`);
}

const productAt = (products: readonly SeededProduct[], index: number): SeededProduct => {
  const product = products[index];
  if (product === undefined) throw new RangeError(`Cannot sell product ${index}: there is none`);
  return product;
};

/** A row of the ledger; the balance goes along. */
function movement(
  id: string,
  { id: productId }: SeededProduct,
  balances: Float64Array,
  event: Pick<StockEvent, 'index' | 'thousandths' | 'atMs'> & Partial<StockEvent>,
) {
  const balance = (balances[event.index] ?? 0) + event.thousandths;
  balances[event.index] = balance;
  return {
    id,
    productId,
    delta: (event.thousandths / 1000).toFixed(3),
    reason: event.reason ?? 'receipt',
    note: event.note ?? '',
    reference: event.reference ?? '',
    balanceAfter: (balance / 1000).toFixed(3),
    createdAt: new Date(event.atMs).toISOString(),
  };
}

async function copyReservations(
  tx: Transaction,
  batch: readonly SeededReservation[],
  products: readonly SeededProduct[],
): Promise<void> {
  await copyRows(
    tx,
    'reservation',
    batch.map(({ id, atMs }) => {
      const createdAt = new Date(atMs).toISOString();
      const expiresAt = new Date(atMs + RESERVED_MS).toISOString();
      return { id, status: 'committed', expiresAt, version: 2, createdAt, updatedAt: createdAt };
    }),
  );
  await copyRows(
    tx,
    'reservation_line',
    batch.flatMap(({ id, lines }) =>
      lines.map(({ index, thousandths }, position) => {
        const { id: productId, trackStock: tracked } = productAt(products, index);
        const quantity = (thousandths / 1000).toFixed(3);
        return { reservationId: id, productId, position, quantity, tracked };
      }),
    ),
  );
}

const RESERVED_MS = 60_000;

async function copyProducts(
  tx: Transaction,
  products: readonly SeededProduct[],
  balances: Float64Array,
): Promise<void> {
  const rows = products.map((product, index) => ({
    ...product,
    onHand: ((balances[index] ?? 0) / 1000).toFixed(3),
    updatedAt: product.createdAt,
  }));
  await copyRows(tx, 'product', rows);
  await copyRows(tx, 'audit_event', products.map(auditOfMade));
}
