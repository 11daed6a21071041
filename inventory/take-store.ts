import type { Transaction } from 'platform/database';
import { conflict, notFound } from 'platform/problem';

import { insertSales, type Sale } from './movement-store.ts';
import { type Outcome, valuesOf } from './outcome.ts';
import { quantityOf, thousandths } from './quantity.ts';
import type { Reservation } from './reservation-contract.ts';
import { linesOf, untrackLines } from './reservation-line-store.ts';
import { assertInStock } from './reservation-refusals.ts';
import { lockReservations, type ReservationRow, setStatus } from './reservation-row-store.ts';
import { demandOf, heldBy, type KeptLine, shownAll } from './reservations.ts';
import {
  changesBetween,
  eachInTurn,
  type StockChange,
  type Stocks,
  summed,
} from './stock-changes.ts';
import { changeStock, lockStockOf } from './stock-store.ts';

/** A reservation to be taken, and in whose name. */
export type ToTake = { readonly id: string; readonly who: string | null };

/**
 * Takes what several reservations hold off the shelf, each once and in their order; one that has
 * expired is taken anew.
 */
export async function takeAll(
  tx: Transaction,
  wanted: readonly ToTake[],
): Promise<Outcome<Reservation>[]> {
  const ids = wanted.map(({ id }) => id);
  // Sent together: the server does it in this order, so that what is read is what is locked.
  const [rows, linesOfId, stocks] = await Promise.all([
    lockReservations(tx, ids),
    linesOf(tx, ids),
    lockStockOf(tx, ids),
  ]);
  const asked = wanted.map(({ id, who }) => ({
    id,
    who,
    row: rows.get(id),
    lines: linesOfId(id),
  }));
  const outcomes = eachInTurn(asked, stocks, taken);
  const done = valuesOf(outcomes);
  const [committed] = await Promise.all([
    setStatus(
      tx,
      done.filter(({ isTaken }) => isTaken).map(({ row }) => row.id),
      'committed',
    ),
    changeStock(tx, summed(done.flatMap(({ changes }) => changes))),
    untrackLines(
      tx,
      done.flatMap(({ row: { id }, left }) => left.map((line) => ({ ...line, id }))),
    ),
    insertSales(
      tx,
      done.flatMap(({ sales }) => sales),
    ),
  ]);
  return shownAll(outcomes, committed);
}

type Asked = ToTake & {
  readonly row: ReservationRow | undefined;
  readonly lines: readonly KeptLine[];
};

/** What taking a reservation comes to. */
type Taken = {
  readonly row: ReservationRow;
  readonly lines: readonly KeptLine[];
  readonly isTaken: boolean;
  readonly changes: readonly StockChange[];
  readonly sales: readonly Sale[];
  /** Of which nothing was taken, since their products have no stock any more. */
  readonly left: readonly KeptLine[];
};

/** Throws 404, and 409 when it was released or, having expired, is short. */
function taken({ id, who, row, lines }: Asked, stocks: Stocks): Taken {
  if (row === undefined) return notFound('reservation', id);
  if (row.status === 'committed') {
    return { row, lines, isTaken: false, changes: [], sales: [], left: [] };
  }
  if (row.status === 'released' && !row.hasExpired) {
    conflict('reservation-released', 'The reservation was released', {
      detail: `Reservation '${id}' was given back and holds nothing`,
    });
  }
  const held = heldBy(row.status === 'held' ? lines : []);
  const leaving = lines.filter(
    ({ productId, tracked }) =>
      held.has(productId) || (tracked && stocks.get(productId)?.trackStock === true),
  );
  assertInStock(demandOf(leaving), stocks, held);
  const changes = changesBetween(held, new Map(), heldBy(leaving));
  const sales = leaving.map(({ productId, quantity }) => ({
    productId,
    delta: `-${quantity}`,
    balanceAfter: quantityOf((stocks.get(productId)?.onHand ?? 0n) - thousandths(quantity)),
    reference: row.id,
    who,
  }));
  const left = lines.filter((line) => line.tracked && !leaving.includes(line));
  return { row, lines: leaving, isTaken: true, changes, sales, left };
}
