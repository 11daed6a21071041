import type { Transaction } from 'platform/database';
import { conflict, notFound } from 'platform/problem';

import type { Reservation } from './contract.ts';
import { insertSales, type Sale } from './movement-store.ts';
import { quantityOf, thousandths } from './quantity.ts';
import {
  linesOf,
  lockReservations,
  type ReservationRow,
  setStatus,
} from './reservation-row-store.ts';
import {
  change,
  changesBetween,
  demandOf,
  heldBy,
  type KeptLine,
  type Outcome,
  outcomeOf,
  shortages,
  shown,
  type StockChange,
  type Stocks,
  stockShort,
  summed,
  valueOf,
} from './reservations.ts';
import { changeStock, lockStock } from './stock-store.ts';

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
  const [rows, linesOfId] = await Promise.all([lockReservations(tx, ids), linesOf(tx, ids)]);
  const asked = wanted.map(({ id, who }) => ({
    id,
    who,
    row: rows.get(id.toLowerCase()),
    lines: linesOfId(id.toLowerCase()),
  }));
  const stocks = await lockStock(
    tx,
    asked
      .filter(({ row }) => row?.status !== 'committed')
      .flatMap(({ lines }) => [...heldBy(lines).keys()]),
  );
  const planned = plan(asked, stocks);
  const taken = planned.flatMap((outcome) => (outcome.error ? [] : [outcome.value]));
  const [committed] = await Promise.all([
    setStatus(
      tx,
      taken.filter(({ isTaken }) => isTaken).map(({ row }) => row.id),
      'committed',
    ),
    changeStock(tx, summed(taken.flatMap(({ changes }) => changes))),
    insertSales(
      tx,
      taken.flatMap(({ sales }) => sales),
    ),
  ]);
  return planned.map((outcome) =>
    outcomeOf(() => {
      const { row, lines } = valueOf(outcome);
      return shown(committed.get(row.id) ?? row, lines);
    }),
  );
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
};

function plan(asked: readonly Asked[], stocks: Stocks): Outcome<Taken>[] {
  const current = new Map(stocks);
  return asked.map((one) => {
    const outcome = outcomeOf(() => taken(one, current));
    if (!outcome.error) change(current, valueOf(outcome).changes);
    return outcome;
  });
}

/** Throws 404, and 409 when it was released or, having expired, is short. */
function taken({ id, who, row, lines }: Asked, stocks: Stocks): Taken {
  if (row === undefined) return notFound('reservation', id);
  if (row.status === 'committed') return { row, lines, isTaken: false, changes: [], sales: [] };
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
  const short = shortages(demandOf(leaving), stocks, held);
  if (short.length > 0) stockShort(short);
  const changes = changesBetween(held, new Map(), heldBy(leaving));
  const sales = leaving.map(({ productId, quantity }) => ({
    productId,
    delta: `-${quantity}`,
    balanceAfter: quantityOf((stocks.get(productId)?.onHand ?? 0n) - thousandths(quantity)),
    reference: row.id,
    who,
  }));
  return { row, lines, isTaken: true, changes, sales };
}
