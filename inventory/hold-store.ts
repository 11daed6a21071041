import type { Transaction } from 'platform/database';

import type { NewReservation, Reservation } from './contract.ts';
import {
  extend,
  forget,
  linesOf,
  lockOrInsert,
  replaceLines,
  type ReservationRow,
} from './reservation-row-store.ts';
import {
  assertKnown,
  change,
  changesBetween,
  demandOf,
  heldBy,
  isSameDemand,
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
  // What does not wait for an answer is sent along at once; the server does it in this order.
  const [rows, keptOf] = await Promise.all([lockOrInsert(tx, wanted), linesOf(tx, ids)]);
  const asked = wanted.map((one) => ({
    ...one,
    demand: demandOf(one.lines),
    row: rowOf(rows, one.id),
    before: keptOf(one.id),
  }));
  const stocks = await lockStock(
    tx,
    asked.filter(isChanged).flatMap(({ demand, before }) => [...demand, ...before].map(productOf)),
  );
  const planned = plan(asked, stocks);
  const held = planned.flatMap(({ outcome }) => (outcome.error ? [] : [outcome.value]));
  const [extended] = await Promise.all([
    extend(
      tx,
      held.filter(({ isExtended }) => isExtended),
    ),
    changeStock(tx, summed(held.flatMap(({ changes }) => changes))),
    replaceLines(
      tx,
      held.filter(({ changes }) => changes !== NO_CHANGE),
    ),
    forget(
      tx,
      planned.filter(({ outcome, row }) => outcome.error && row.isNew).map(({ row }) => row.id),
    ),
  ]);
  return planned.map(({ outcome, row }) =>
    outcome.error
      ? outcome
      : outcomeOf(() => shown(extended.get(row.id) ?? row, valueOf(outcome).lines)),
  );
}

type Asked = Wanted & {
  readonly demand: ReturnType<typeof demandOf>;
  readonly row: ReservationRow & { readonly isNew: boolean };
  readonly before: readonly KeptLine[];
};

/** What a reservation comes to. */
type Held = {
  readonly id: string;
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

function plan(asked: readonly Asked[], stocks: Stocks) {
  const current = new Map(stocks);
  return asked.map((one) => {
    const outcome = outcomeOf(() => held(one, current));
    if (!outcome.error) change(current, valueOf(outcome).changes);
    return { row: one.row, outcome };
  });
}

/** Throws 422 for an unknown product, 409 when stock is short. */
function held(one: Asked, stocks: Stocks): Held {
  const { id, row, before, demand, expiresInSeconds } = one;
  const { isNew } = row;
  const isExtended = !isNew && row.status !== 'committed';
  const kept = { id, isNew, expiresInSeconds, isExtended };
  if (!isChanged(one)) return { ...kept, lines: before, changes: NO_CHANGE };
  const own = heldBy(row.status === 'held' ? before : []);
  assertKnown(demand, stocks);
  const short = shortages(demand, stocks, own);
  if (short.length > 0) stockShort(short);
  const lines = demand.map(({ productId, quantity }) => ({
    productId,
    quantity,
    tracked: stocks.get(productId)?.trackStock === true,
  }));
  return { ...kept, lines, changes: changesBetween(own, heldBy(lines)) };
}

const productOf = ({ productId }: { readonly productId: string }) => productId;

function rowOf<T>(rows: ReadonlyMap<string, T>, id: string): T {
  const row = rows.get(id.toLowerCase());
  if (row === undefined) throw new Error(`Cannot go on: there is no row of '${id}'`);
  return row;
}
