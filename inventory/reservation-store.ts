import { type Database, transact, type Transaction } from 'platform/database';
import { conflict, ProblemError } from 'platform/problem';

import type { NewReservation, Reservation } from './contract.ts';
import { expireReservations } from './expiry-store.ts';
import { insertMovements } from './movement-store.ts';
import {
  extend,
  findReservation,
  linesOf,
  lockOrInsert,
  lockReservation,
  replaceLines,
  type ReservationRow,
  setStatus,
} from './reservation-row-store.ts';
import {
  assertKnown,
  changesBetween,
  type Demand,
  demandOf,
  heldBy,
  isSameDemand,
  type KeptLine,
  shortages,
  stockShort,
} from './reservations.ts';
import { changeStock, lockStock } from './stock-store.ts';

/** Stock that is put aside, all lines or none; the row of a reservation is locked before products. */
export type ReservationStore = ReturnType<typeof createReservationStore>;

export function createReservationStore(sql: Database) {
  return {
    async find(id: string): Promise<Reservation | undefined> {
      const row = await findReservation(sql, id);
      return row && shown(row, await linesOf(sql, id));
    },

    /**
     * Holds the stock until it expires; the same again extends that, other lines take the place of
     * what was held. Throws 422 for an unknown product, 409 when stock is short.
     */
    reserve(id: string, { lines, expiresInSeconds }: NewReservation): Promise<Reservation> {
      const demand = demandOf(lines);
      return orOnceExpired(
        sql,
        async () => demand,
        (tx) => hold(tx, id, demand, expiresInSeconds),
      );
    },

    /**
     * Takes the stock off the shelf, once; one that has expired is taken anew. Throws 404, 409 when
     * it was released or, having expired, is short.
     */
    commit: (id: string): Promise<Reservation> =>
      orOnceExpired(
        sql,
        () => linesOf(sql, id),
        (tx) => take(tx, id),
      ),

    /** Gives the stock back, once. Throws 404, 409 once it was committed. */
    release: (id: string): Promise<void> => transact(sql, (tx) => giveBack(tx, id)),
  };
}

/** Stock that is short may be held by reservations whose time is up: then once more without them. */
async function orOnceExpired<T>(
  sql: Database,
  lines: () => Promise<readonly { readonly productId: string }[]>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await transact(sql, work);
  } catch (error) {
    if (!(error instanceof ProblemError) || error.type !== 'stock-short') throw error;
    const productIds = (await lines()).map(({ productId }) => productId);
    if ((await expireReservations(sql, productIds)) === 0) throw error;
    return transact(sql, work);
  }
}

async function hold(
  tx: Transaction,
  id: string,
  demand: readonly Demand[],
  expiresInSeconds: number,
): Promise<Reservation> {
  // What does not wait for an answer is sent along at once; the server does it in this order.
  const [{ isNew, ...row }, before] = await Promise.all([
    lockOrInsert(tx, id, expiresInSeconds),
    linesOf(tx, id),
  ]);
  if (row.status === 'committed') return shown(row, before);
  if (!isNew && row.status === 'held' && isSameDemand(before, demand)) {
    return shown(await extend(tx, id, expiresInSeconds), before);
  }
  const own = heldBy(row.status === 'held' ? before : []);
  const stocks = await lockStock(tx, [...own.keys(), ...demand.map(({ productId }) => productId)]);
  assertKnown(demand, stocks);
  const short = shortages(demand, stocks, own);
  if (short.length > 0) stockShort(short);
  const tracked = new Set(stocks.filter(({ trackStock }) => trackStock).map((stock) => stock.id));
  const after = demand.map(({ productId, quantity }) => ({
    productId,
    quantity,
    tracked: tracked.has(productId),
  }));
  const [held] = await Promise.all([
    isNew ? row : extend(tx, id, expiresInSeconds),
    changeStock(tx, changesBetween(own, heldBy(after))),
    replaceLines(tx, id, after),
  ]);
  return shown(held, after);
}

async function take(tx: Transaction, id: string): Promise<Reservation> {
  const [row, lines] = await Promise.all([lockReservation(tx, id), linesOf(tx, id)]);
  if (row.status === 'committed') return shown(row, lines);
  if (row.status === 'released' && !row.hasExpired) {
    conflict('reservation-released', 'The reservation was released', {
      detail: `Reservation '${id}' was given back and holds nothing`,
    });
  }
  const held = heldBy(row.status === 'held' ? lines : []);
  const stocks = await lockStock(tx, heldBy(lines).keys());
  const tracked = new Set(stocks.filter(({ trackStock }) => trackStock).map((stock) => stock.id));
  const taken = lines.filter(
    ({ productId, ...line }) => held.has(productId) || (line.tracked && tracked.has(productId)),
  );
  const short = shortages(demandOf(taken), stocks, held);
  if (short.length > 0) stockShort(short);
  const balances = await changeStock(tx, changesBetween(held, new Map(), heldBy(taken)));
  const sales = taken.map(({ productId, quantity }) => ({
    productId,
    delta: `-${quantity}`,
    reason: 'sale' as const,
    reference: id,
    balanceAfter: balances.get(productId) ?? '',
  }));
  const [committed] = await Promise.all([
    setStatus(tx, id, 'committed'),
    insertMovements(tx, sales),
  ]);
  return shown(committed, lines);
}

async function giveBack(tx: Transaction, id: string): Promise<void> {
  const row = await lockReservation(tx, id);
  if (row.status === 'committed') {
    conflict('reservation-committed', 'The reservation was committed', {
      detail: `The stock of reservation '${id}' was taken off the shelf`,
    });
  }
  if (row.status === 'released' && !row.hasExpired) return;
  const held = heldBy(row.status === 'held' ? await linesOf(tx, id) : []);
  await lockStock(tx, held.keys());
  await Promise.all([
    changeStock(tx, changesBetween(held, new Map())),
    setStatus(tx, id, 'released'),
  ]);
}

/** Of what is kept, what others see: only the lines that hold stock. */
function shown(row: ReservationRow, lines: readonly KeptLine[]): Reservation {
  return {
    ...row,
    lines: lines
      .filter(({ tracked }) => tracked)
      .map(({ productId, quantity }) => ({ productId, quantity })),
  };
}
