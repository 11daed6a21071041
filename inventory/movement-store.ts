import { type Database, onlyRow, type Queryable, type Transaction } from 'platform/database';
import { once } from 'platform/idempotency-store';
import { containing, readPage } from 'platform/page-store';
import type { Page, SortKey } from 'platform/paging';
import { notFound } from 'platform/problem';
import { currentContext } from 'platform/request-context';
import type { Idempotency } from 'platform/request-reader';

import type { Movement, NewMovement } from './contract.ts';

type ListQuery = {
  readonly q: string;
  readonly sort: readonly SortKey<'createdAt'>[];
  readonly page: number;
  readonly size: number;
};
type LockedStock = {
  readonly trackStock: boolean;
  readonly onHand: string;
  readonly reserved: string;
};

/** The ledger of stock, and what is on hand beside it. */
export type MovementStore = ReturnType<typeof createMovementStore>;

export function createMovementStore(sql: Database) {
  return {
    /** Newest first; throws 404 when there is no such product. */
    async list(productId: string, query: ListQuery): Promise<Page<Movement>> {
      const [product] = await sql`select id from product where id = ${productId}`;
      if (product === undefined) notFound('product', productId);
      return readPage<Movement, 'createdAt'>(sql, {
        ...query,
        columns: columns(sql),
        source: sql`stock_movement`,
        where: sql`
          product_id = ${productId}
          and search_text(note || e'\n' || reference) like search_text(${containing(query.q)})
        `,
        columnOf: { createdAt: 'seq' },
        neverNull: true,
        defaultSort: [{ field: 'createdAt', descending: true }],
      });
    },

    /**
     * Moves stock, once per idempotency key. `decide` sees the stock, locked, and gives the balance
     * after the movement, or throws; there is no such product: 404.
     */
    add: (
      productId: string,
      movement: NewMovement,
      decide: (stock: LockedStock) => string,
      idempotency?: Idempotency,
    ): Promise<Movement> =>
      once(sql, idempotency, async (tx) => {
        const [stock] = await tx<LockedStock[]>`
          select track_stock, on_hand, reserved from product where id = ${productId} for update
        `;
        if (stock === undefined) notFound('product', productId);
        const balanceAfter = decide(stock);
        await tx`
          update product
          set on_hand = ${balanceAfter}, version = version + 1, updated_at = now()
          where id = ${productId}
        `;
        return onlyRow(await insertMovements(tx, [{ ...movement, productId, balanceAfter }]));
      }),
  };
}

type MovementToWrite = Pick<Movement, 'productId' | 'delta' | 'reason' | 'balanceAfter'> &
  Partial<Pick<Movement, 'note' | 'reference'>>;

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
    id: Bun.randomUUIDv7(),
    who,
  }));
  return tx<Movement[]>`insert into stock_movement ${tx(rows)} returning ${columns(tx)}`;
}

function columns(sql: Queryable) {
  return sql`
    id, product_id, delta, reason, note, reference, balance_after, who, 1 as version, created_at
  `;
}
