import {
  type Database,
  isUniqueViolation,
  onlyRow,
  type Queryable,
  type Transaction,
} from 'platform/database';
import { once } from 'platform/idempotency-store';
import { readLedger } from 'platform/ledger-store';
import type { CursorPage } from 'platform/paging';
import { notFound } from 'platform/problem';
import { currentContext } from 'platform/request-context';
import type { Idempotency } from 'platform/request-reader';

import type { Movement } from './movement-contract.ts';
import type { LedgerEntry, StockBefore } from './movements.ts';

/** The ledger of stock, and what is on hand beside it. */
export type MovementStore = ReturnType<typeof createMovementStore>;

export function createMovementStore(sql: Database) {
  return {
    /** Newest first, also of a product that is gone; throws 404 for one that never was. */
    async list(
      productId: string,
      query: { readonly cursor?: string | undefined; readonly size: number },
    ): Promise<CursorPage<Movement>> {
      const page = await readLedger<Movement>(sql, {
        columns: columns(sql),
        source: sql`stock_movement`,
        where: sql`product_id = ${productId}`,
        ...query,
      });
      if (page.items.length === 0) {
        const [product] = await sql`select from product where id = ${productId}`;
        if (product === undefined) notFound('product', productId);
      }
      return page;
    },

    /**
     * Moves stock, once per idempotency key and once for ever where the movement has an id. `decide`
     * sees the stock, locked, and gives what enters the ledger, or throws; there is no such product: 404.
     */
    add: async (
      productId: string,
      decide: (stock: StockBefore) => LedgerEntry,
      options: Repeatable = {},
    ): Promise<Movement> => {
      try {
        return await addOnce(sql, productId, decide, options);
      } catch (error) {
        if (!isUniqueViolation(error, 'stock_movement_pkey')) throw error;
        // Another product got a movement with this id meanwhile, which is there to be seen now.
        return addOnce(sql, productId, decide, options);
      }
    },
  };
}

type Repeatable = {
  readonly idempotency?: Idempotency | undefined;
  /** Of a movement with an id of its own, which throws when another movement has it. */
  readonly repeated?:
    { readonly id: string; readonly assertSame: (written: Movement) => void } | undefined;
};

const addOnce = (
  sql: Database,
  productId: string,
  decide: (stock: StockBefore) => LedgerEntry,
  { idempotency, repeated }: Repeatable,
): Promise<Movement> =>
  once(sql, idempotency, async (tx) => {
    const [stock] = await tx<StockBefore[]>`
      select track_stock, on_hand, reserved from product where id = ${productId} for update
    `;
    if (stock === undefined) notFound('product', productId);
    const written = repeated && (await findMovement(tx, repeated.id));
    if (written) {
      repeated.assertSame(written);
      return written;
    }
    const entry = decide(stock);
    const [, movements] = await Promise.all([
      tx`
        update product
        set on_hand = ${entry.balanceAfter}, version = version + 1, updated_at = now()
        where id = ${productId}
      `,
      insertMovements(tx, [{ productId, ...entry }]),
    ]);
    return onlyRow(movements);
  });

async function findMovement(tx: Transaction, id: string): Promise<Movement | undefined> {
  const [movement] = await tx<Movement[]>`
    select ${columns(tx)} from stock_movement where id = ${id}
  `;
  return movement;
}

type MovementToWrite = Pick<Movement, 'productId' | 'delta' | 'reason' | 'balanceAfter'> &
  Partial<Pick<Movement, 'note' | 'reference'>> & { readonly id?: string | undefined };

/** Writes to the ledger; whoever calls has locked the products and changes their balances. */
export async function insertMovements(
  tx: Transaction,
  movements: readonly MovementToWrite[],
): Promise<Movement[]> {
  if (movements.length === 0) return [];
  const who = currentContext()?.who ?? null;
  const rows = movements.map((movement) => ({
    note: '',
    reference: '',
    ...movement,
    id: movement.id ?? Bun.randomUUIDv7(),
    who,
  }));
  return tx<Movement[]>`insert into stock_movement ${tx(rows)} returning ${columns(tx)}`;
}

/** What a reservation took of one product. */
export type Sale = Pick<Movement, 'productId' | 'delta' | 'balanceAfter' | 'reference' | 'who'>;

/** Writes what was sold, in this order, as `insertMovements` does. */
export async function insertSales(tx: Transaction, sales: readonly Sale[]): Promise<void> {
  if (sales.length === 0) return;
  await tx`
    insert into stock_movement (id, product_id, delta, reason, reference, balance_after, who)
    select id, product_id, delta, 'sale', reference, balance_after, who
    from unnest(
      ${sales.map(() => Bun.randomUUIDv7())}::uuid[],
      ${sales.map(({ productId }) => productId)}::uuid[],
      ${sales.map(({ delta }) => delta)}::numeric[],
      ${sales.map(({ reference }) => reference)}::text[],
      ${sales.map(({ balanceAfter }) => balanceAfter)}::numeric[],
      ${sales.map(({ who }) => who)}::text[]
    ) with ordinality as sale (id, product_id, delta, reference, balance_after, who, place)
    order by place
  `;
}

function columns(sql: Queryable) {
  return sql`
    id, product_id, delta, reason, note, reference, balance_after, who, 1 as version, created_at
  `;
}
