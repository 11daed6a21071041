import { type Database, transact, type Transaction } from 'platform/database';

import { heldBy, type KeptLine } from './reservations.ts';
import { changesBetween } from './stock-changes.ts';
import { changeStock, lockStock } from './stock-store.ts';

/**
 * Gives back what is held longer than it was asked for, of these products or of all; how many
 * reservations that were. Those that somebody works on at this moment are passed over.
 */
export async function expireReservations(
  sql: Database,
  productIds?: readonly string[],
): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await transact(sql, (tx) => expireSome(tx, productIds));
    total += count;
    if (count < BATCH) return total;
  }
}

/** So many in one transaction, which must not keep products locked for long. */
const BATCH = 50;

async function expireSome(
  tx: Transaction,
  productIds: readonly string[] | undefined,
): Promise<number> {
  const due = await tx<{ id: string }[]>`
    select id
    from reservation
    where status = 'held' and expires_at <= now() and ${ofProducts(tx, productIds)}
    order by expires_at
    limit ${BATCH}
    for update skip locked
  `;
  if (due.length === 0) return 0;
  const ids = due.map(({ id }) => id);
  const lines = await tx<KeptLine[]>`
    select product_id, sum(quantity) as quantity, true as tracked
    from reservation_line
    where reservation_id = any(${ids}::uuid[]) and tracked
    group by product_id
  `;
  const held = heldBy(lines);
  await lockStock(tx, held.keys());
  await changeStock(tx, changesBetween(held, new Map()));
  await tx`
    update reservation
    set status = 'released', has_expired = true, version = version + 1, updated_at = now()
    where id = any(${ids}::uuid[])
  `;
  return due.length;
}

function ofProducts(tx: Transaction, productIds: readonly string[] | undefined) {
  if (productIds === undefined) return tx`true`;
  return tx`
    id in (
      select reservation_id
      from reservation_line
      where product_id = any(${[...productIds]}::uuid[])
    )
  `;
}
