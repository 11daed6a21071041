import type { Database } from 'platform/database';

/** A figure that is not what lies behind it says. */
export type Disagreement = {
  readonly productId: string;
  readonly sku: string;
  readonly figure: 'on hand' | 'reserved' | 'balance' | 'sale';
  /** The movement whose balance is wrong, the reservation whose sale is; empty for the others. */
  readonly subjectId: string;
  readonly kept: string;
  readonly counted: string;
};

/**
 * Compares what products say of their stock with the sum of their movements and of what is held,
 * every balance in the ledger with the one before it, and what was sold with the reservations that
 * were taken, all as of one moment.
 */
export function findDisagreements(sql: Database): Promise<Disagreement[]> {
  return sql.begin('isolation level repeatable read read only', async (tx) => [
    ...(await tx<Disagreement[]>`
      select product.id as product_id, sku, 'on hand' as figure, '' as subject_id,
             on_hand as kept, coalesce(sum(delta), 0.000) as counted
      from product
      left join stock_movement on stock_movement.product_id = product.id
      group by product.id
      having on_hand <> coalesce(sum(delta), 0)
      order by product.id
    `),
    ...(await tx<Disagreement[]>`
      select product.id as product_id, sku, 'reserved' as figure, '' as subject_id,
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
             ledger.id::text as subject_id, balance_after as kept, before + delta as counted
      from (
        select *, lag(balance_after, 1, 0.000) over (partition by product_id order by seq) as before
        from stock_movement
      ) as ledger
      left join product on product.id = ledger.product_id
      where balance_after <> before + delta
      order by seq
    `),
    ...(await tx<Disagreement[]>`
      select product_id, sku, 'sale' as figure, subject_id,
             coalesce(sold.quantity, 0.000) as kept, coalesce(taken.quantity, 0.000) as counted
      from (
        select reference as subject_id, product_id, -sum(delta) as quantity
        from stock_movement
        where reason = 'sale'
        group by reference, product_id
      ) as sold
      full join (
        select reservation_id::text as subject_id, product_id, quantity
        from reservation_line
        join reservation on reservation.id = reservation_id
        where tracked and status = 'committed'
      ) as taken using (subject_id, product_id)
      join product on product.id = product_id
      where sold.quantity is distinct from taken.quantity
      order by subject_id, product_id
    `),
  ]);
}
