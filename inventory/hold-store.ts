import type { Transaction } from 'platform/database';

import { type Outcome, valuesOf } from './outcome.ts';
import type { NewReservation, Reservation } from './reservation-contract.ts';
import { linesOf, replaceLines } from './reservation-line-store.ts';
import { assertInStock, assertKnown } from './reservation-refusals.ts';
import { extend, forget, lockOrInsert, type ReservationRow } from './reservation-row-store.ts';
import { demandOf, heldBy, isSameDemand, type KeptLine, shownAll } from './reservations.ts';
import {
  changesBetween,
  eachInTurn,
  type StockChange,
  type Stocks,
  summed,
} from './stock-changes.ts';
import { changeStock, lockStockOf } from './stock-store.ts';

/** Stock to put aside under an id. */
export type Wanted = NewReservation & { readonly id: string };

/**
 * Holds the stock of several reservations, each all lines or none, in their order: the later ones see
 * what the earlier ones took. Reservations are locked before products.
 */
export async function holdAll(
  tx: Transaction,
  wanted: readonly Wanted[],
): Promise<Outcome<Reservation>[]> {
  const ids = wanted.map(({ id }) => id);
  const demands = wanted.map(({ lines }) => demandOf(lines));
  // What does not wait for an answer is sent along at once; the server does it in this order.
  const [rows, keptOf, stocks] = await Promise.all([
    lockOrInsert(tx, wanted),
    linesOf(tx, ids),
    lockStockOf(tx, ids, demands.flat().map(productOf)),
  ]);
  const asked = wanted.map((one, index) => ({
    ...one,
    demand: demands[index] ?? [],
    row: rowOf(rows, one.id),
    before: keptOf(one.id),
  }));
  const outcomes = eachInTurn(asked, stocks, held);
  const done = valuesOf(outcomes);
  const inVain = asked.filter(({ row }, index) => row.isNew && outcomes[index]?.error);
  const [extended] = await Promise.all([
    extend(
      tx,
      done.filter(({ isExtended }) => isExtended),
    ),
    changeStock(tx, summed(done.flatMap(({ changes }) => changes))),
    replaceLines(
      tx,
      done.filter(({ changes }) => changes !== NO_CHANGE),
    ),
    forget(
      tx,
      inVain.map(({ row }) => row.id),
    ),
  ]);
  return shownAll(outcomes, extended);
}

type Asked = Wanted & {
  readonly demand: ReturnType<typeof demandOf>;
  readonly row: ReservationRow & { readonly isNew: boolean };
  readonly before: readonly KeptLine[];
};

/** What a reservation comes to. */
type Held = {
  readonly id: string;
  readonly row: ReservationRow;
  readonly isNew: boolean;
  readonly expiresInSeconds: number;
  readonly isExtended: boolean;
  readonly lines: readonly KeptLine[];
  readonly changes: readonly StockChange[];
};

const NO_CHANGE: readonly StockChange[] = [];

/** Whether it has to touch any product. */
function isChanged({ row, before, demand }: Asked): boolean {
  if (row.status === 'committed') return false;
  return row.isNew || row.status !== 'held' || !isSameDemand(before, demand);
}

/** Throws 422 for an unknown product, 409 when stock is short. */
function held(one: Asked, stocks: Stocks): Held {
  const { id, row, before, demand, expiresInSeconds } = one;
  const { isNew } = row;
  const isExtended = !isNew && row.status !== 'committed';
  const kept = { id, row, isNew, expiresInSeconds, isExtended };
  if (!isChanged(one)) return { ...kept, lines: before, changes: NO_CHANGE };
  const own = heldBy(row.status === 'held' ? before : []);
  assertKnown(demand, stocks);
  assertInStock(demand, stocks, own);
  const lines = demand.map(({ productId, quantity }) => ({
    productId,
    quantity,
    tracked: stocks.get(productId)?.trackStock === true,
  }));
  return { ...kept, lines, changes: changesBetween(own, heldBy(lines)) };
}

const productOf = ({ productId }: { readonly productId: string }) => productId;

function rowOf<T>(rows: ReadonlyMap<string, T>, id: string): T {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`Cannot go on: there is no row of '${id}'`);
  return row;
}
