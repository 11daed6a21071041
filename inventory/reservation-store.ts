import { type Database, transact, type Transaction } from 'platform/database';
import { conflict } from 'platform/problem';
import { currentContext } from 'platform/request-context';

import { expireReservations } from './expiry-store.ts';
import { holdAll, type Wanted } from './hold-store.ts';
import { type Outcome, valueOf } from './outcome.ts';
import type { NewReservation, Reservation } from './reservation-contract.ts';
import { linesOf } from './reservation-line-store.ts';
import { findReservation, lockReservation, setStatus } from './reservation-row-store.ts';
import { heldBy, shown } from './reservations.ts';
import { changesBetween } from './stock-changes.ts';
import { changeStock, lockStock } from './stock-store.ts';
import { takeAll, type ToTake } from './take-store.ts';

/** Stock that is put aside, all lines or none; the row of a reservation is locked before products. */
export type ReservationStore = ReturnType<typeof createReservationStore>;

export function createReservationStore(sql: Database) {
  /** Several, each by itself: ids that differ. */
  const reserveAll = (wanted: readonly Wanted[]): Promise<Outcome<Reservation>[]> =>
    orOnceExpired(sql, wanted, {
      work: holdAll,
      productsOf: async (short) => short.flatMap(({ lines }) => lines.map(productOf)),
    });

  const commitAll = (wanted: readonly ToTake[]): Promise<Outcome<Reservation>[]> =>
    orOnceExpired(sql, wanted, {
      work: takeAll,
      async productsOf(short) {
        const ids = short.map(({ id }) => id);
        const lines = await linesOf(sql, ids);
        return ids.flatMap((id) => lines(id).map(productOf));
      },
    });

  return {
    /** Throws 404. */
    async find(id: string): Promise<Reservation> {
      const row = await findReservation(sql, id);
      return shown(row, (await linesOf(sql, [row.id]))(row.id));
    },

    reserveAll,
    commitAll,

    /**
     * Holds the stock until it expires; the same again extends that, other lines take the place of
     * what was held. Throws 422 for an unknown product, 409 when stock is short.
     */
    reserve: async (id: string, reservation: NewReservation): Promise<Reservation> =>
      valueOf((await reserveAll([{ id, ...reservation }]))[0]),

    /**
     * Takes the stock off the shelf, once; one that has expired is taken anew. Throws 404, 409 when
     * it was released or, having expired, is short.
     */
    commit: async (id: string): Promise<Reservation> =>
      valueOf((await commitAll([{ id, who: currentContext()?.who ?? null }]))[0]),

    /** Gives the stock back, once. Throws 404, 409 once it was committed. */
    release: (id: string): Promise<void> => transact(sql, (tx) => giveBack(tx, id)),
  };
}

/**
 * Stock that is short may be held by reservations whose time is up: then those that need it are
 * done once more without them.
 */
async function orOnceExpired<I, O>(
  sql: Database,
  items: readonly I[],
  {
    work,
    productsOf,
  }: {
    readonly work: (tx: Transaction, items: readonly I[]) => Promise<Outcome<O>[]>;
    readonly productsOf: (short: readonly I[]) => Promise<string[]>;
  },
): Promise<Outcome<O>[]> {
  const outcomes = await transact(sql, (tx) => work(tx, items));
  const short = items.filter((_, index) => outcomes[index]?.error?.type === 'stock-short');
  if (short.length === 0) return outcomes;
  if ((await expireReservations(sql, await productsOf(short))) === 0) return outcomes;
  const again = (await transact(sql, (tx) => work(tx, short))).values();
  return outcomes.map((outcome) =>
    outcome.error?.type === 'stock-short' ? (again.next().value ?? outcome) : outcome,
  );
}

async function giveBack(tx: Transaction, id: string): Promise<void> {
  const row = await lockReservation(tx, id);
  if (row.status === 'committed') {
    conflict('reservation-committed', 'The reservation was committed', {
      detail: `The stock of reservation '${id}' was taken off the shelf`,
    });
  }
  if (row.status === 'released' && !row.hasExpired) return;
  const held = heldBy(row.status === 'held' ? (await linesOf(tx, [row.id]))(row.id) : []);
  await lockStock(tx, held.keys());
  await Promise.all([
    changeStock(tx, changesBetween(held, new Map())),
    setStatus(tx, [row.id], 'released'),
  ]);
}

const productOf = ({ productId }: { readonly productId: string }) => productId;
