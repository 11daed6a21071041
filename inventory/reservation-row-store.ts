import { type Queryable, type Transaction } from 'platform/database';
import { notFound } from 'platform/problem';

import type { Reservation } from './reservation-contract.ts';

/** A reservation without its lines, and what only we know of it. */
export type ReservationRow = Omit<Reservation, 'lines'> & { readonly hasExpired: boolean };

/** What is to be held from now on, for so long. */
type Held = { readonly id: string; readonly expiresInSeconds: number };

/** Throws 404. */
export async function findReservation(sql: Queryable, id: string): Promise<ReservationRow> {
  const [row] = await sql<ReservationRow[]>`
    select ${columns(sql)} from reservation where id = ${id}
  `;
  return row ?? notFound('reservation', id);
}

/** The row, locked; throws 404. */
export async function lockReservation(tx: Transaction, id: string): Promise<ReservationRow> {
  return (await lockReservations(tx, [id])).get(id) ?? notFound('reservation', id);
}

/** The rows that there are, locked in the order of their ids. */
export async function lockReservations(
  tx: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReservationRow>> {
  const rows = await tx<ReservationRow[]>`
    select ${columns(tx)} from reservation where id = any(${ids}::uuid[]) order by id for update
  `;
  return byId(rows);
}

/** The rows, locked in the order of their ids; made where there are none yet, whoever else does. */
export async function lockOrInsert(
  tx: Transaction,
  held: readonly Held[],
): Promise<ReadonlyMap<string, ReservationRow & { readonly isNew: boolean }>> {
  const rows = await tx<(ReservationRow & { isNew: boolean })[]>`
    insert into reservation (id, status, expires_at)
    select id, 'held', now() + make_interval(secs => seconds)
    from ${given(tx, held)}
    order by id
    on conflict (id) do update set version = reservation.version
    returning ${columns(tx)}, xmax = 0 as is_new
  `;
  return byId(rows);
}

/** Held from now on, for so long. */
export async function extend(
  tx: Transaction,
  held: readonly Held[],
): Promise<ReadonlyMap<string, ReservationRow>> {
  if (held.length === 0) return new Map();
  const rows = await tx<ReservationRow[]>`
    update reservation
    set status = 'held',
        has_expired = false,
        expires_at = now() + make_interval(secs => given.seconds),
        version = version + 1,
        updated_at = now()
    from ${given(tx, held)}
    where reservation.id = given.id
    returning ${columns(tx)}
  `;
  return byId(rows);
}

export async function setStatus(
  tx: Transaction,
  ids: readonly string[],
  status: 'committed' | 'released',
): Promise<ReadonlyMap<string, ReservationRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx<ReservationRow[]>`
    update reservation
    set status = ${status}, has_expired = false, version = version + 1, updated_at = now()
    where id = any(${ids}::uuid[])
    returning ${columns(tx)}
  `;
  return byId(rows);
}

/** Takes back rows that were made a moment ago and could not hold anything. */
export async function forget(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx`delete from reservation where id = any(${ids}::uuid[])`;
}

function given(sql: Queryable, held: readonly Held[]) {
  return sql`
    unnest(
      ${held.map(({ id }) => id)}::uuid[],
      ${held.map(({ expiresInSeconds }) => expiresInSeconds)}::int[]
    ) as given (id, seconds)
  `;
}

const byId = <T extends { readonly id: string }>(rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row.id, row]));

function columns(sql: Queryable) {
  return sql`
    reservation.id, status, expires_at, has_expired, version, created_at, updated_at
  `;
}
