import type { Database } from 'platform/database';

/** A figure that is not what lies behind it says. */
export type Disagreement = {
  readonly productId: string;
  readonly sku: string;
  readonly figure: 'on hand' | 'reserved' | 'balance';
  /** The movement whose balance is wrong; empty for the other figures. */
  readonly movementId: string;
  readonly kept: string;
  readonly counted: string;
};

/**
 * Compares what products say of their stock with the sum of their movements and of what is held,
 * and every balance in the ledger with the one before it, all as of one moment.
 */
export function findDisagreements(sql: Database): Promise<Disagreement[]> {
  return sql.begin('isolation level repeatable read read only', async (tx) => [
    ...(await tx<Disagreement[]>`
      select product.id as product_id, sku, 'on hand' as figure, '' as movement_id,
             on_hand as kept, coalesce(sum(delta), 0.000) as counted
      from product
      left join stock_movement on stock_movement.product_id = product.id
      group by product.id
      having on_hand <> coalesce(sum(delta), 0)
      order by product.id
    `),
    ...(await tx<Disagreement[]>`
      select product.id as product_id, sku, 'reserved' as figure, '' as movement_id,
             reserved as kept, coalesce(sum(held.quantity), 0.000) as counted
      from product
      left join (
        select line.product_id, line.quantity
        from reservation_line line
        join reservation on reservation.id = line.reservation_id
        where line.tracked and reservation.status = 'held'
      ) as held on held.product_id = product.id
      group by product.id
      having reserved <> coalesce(sum(held.quantity), 0)
      order by product.id
    `),
    ...(await tx<Disagreement[]>`
      select ledger.product_id, coalesce(sku, '') as sku, 'balance' as figure,
             ledger.id::text as movement_id, balance_after as kept, before + delta as counted
      from (
        select *, lag(balance_after, 1, 0.000) over (partition by product_id order by seq) as before
        from stock_movement
      ) as ledger
      left join product on product.id = ledger.product_id
      where balance_after <> before + delta
      order by seq
    `),
  ]);
}
