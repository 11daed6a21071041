import type { Transaction } from 'platform/database';

import { quantityOf, thousandths } from './quantity.ts';
import type { Stock, StockChange, Stocks } from './stock-changes.ts';

type StockRow = Pick<Stock, 'id' | 'trackStock'> & {
  readonly onHand: string;
  readonly reserved: string;
};

/** The stock of products, locked in the order of their ids, so that nobody waits in a circle. */
export async function lockStock(tx: Transaction, productIds: Iterable<string>): Promise<Stocks> {
  const ids = [...new Set(productIds)];
  if (ids.length === 0) return new Map();
  return stocksOf(
    await tx<StockRow[]>`
      select id, track_stock, on_hand, reserved
      from product
      where id = any(${ids}::uuid[])
      order by id
      for update
    `,
  );
}

/**
 * The same for what lines of reservations hold, and for other products: can be sent along with what
 * locks the reservations, since it need not be known what they hold.
 */
export async function lockStockOf(
  tx: Transaction,
  reservationIds: readonly string[],
  productIds: Iterable<string> = [],
): Promise<Stocks> {
  const ids = [...new Set(productIds)];
  return stocksOf(
    await tx<StockRow[]>`
      select id, track_stock, on_hand, reserved
      from product
      where id = any(
        ${ids}::uuid[] || array(
          select product_id
          from reservation_line
          where reservation_id = any(${reservationIds}::uuid[]) and tracked
        )
      )
      order by id
      for update
    `,
  );
}

const stocksOf = (rows: readonly StockRow[]): Stocks =>
  new Map(
    rows.map(({ onHand, reserved, ...stock }) => [
      stock.id,
      { ...stock, onHand: thousandths(onHand), reserved: thousandths(reserved) },
    ]),
  );

/** Changes the stock of products that were locked above. */
export async function changeStock(tx: Transaction, changes: readonly StockChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx`
    update product
    set on_hand = product.on_hand + change.on_hand,
        reserved = product.reserved + change.reserved,
        version = version + 1,
        updated_at = now()
    from unnest(
      ${changes.map(({ productId }) => productId)}::uuid[],
      ${changes.map(({ onHand }) => quantityOf(onHand))}::numeric[],
      ${changes.map(({ reserved }) => quantityOf(reserved))}::numeric[]
    ) as change (id, on_hand, reserved)
    where product.id = change.id
  `;
}
