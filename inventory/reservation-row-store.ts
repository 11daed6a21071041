import { onlyRow, type Queryable, type Transaction } from 'platform/database';
import { notFound } from 'platform/problem';

import type { Reservation } from './contract.ts';
import type { KeptLine } from './reservations.ts';

/** A reservation without its lines, and what only we know of it. */
export type ReservationRow = Omit<Reservation, 'lines'> & { readonly hasExpired: boolean };

export async function findReservation(
  sql: Queryable,
  id: string,
): Promise<ReservationRow | undefined> {
  const [row] = await sql<ReservationRow[]>`
    select ${columns(sql)} from reservation where id = ${id}
  `;
  return row;
}

/** The row, locked; throws 404. */
export async function lockReservation(tx: Transaction, id: string): Promise<ReservationRow> {
  const [row] = await tx<ReservationRow[]>`
    select ${columns(tx)} from reservation where id = ${id} for update
  `;
  return row ?? notFound('reservation', id);
}

/** The row, locked; made when it is not there yet, even when two requests come at once. */
export async function lockOrInsert(
  tx: Transaction,
  id: string,
  expiresInSeconds: number,
): Promise<ReservationRow & { readonly isNew: boolean }> {
  const rows = await tx<(ReservationRow & { isNew: boolean })[]>`
    insert into reservation (id, status, expires_at)
    values (${id}, 'held', now() + make_interval(secs => ${expiresInSeconds}))
    on conflict (id) do update set version = reservation.version
    returning ${columns(tx)}, xmax = 0 as is_new
  `;
  return onlyRow(rows);
}

/** Held from now on, for so long. */
export async function extend(
  tx: Transaction,
  id: string,
  expiresInSeconds: number,
): Promise<ReservationRow> {
  const rows = await tx<ReservationRow[]>`
    update reservation
    set status = 'held',
        has_expired = false,
        expires_at = now() + make_interval(secs => ${expiresInSeconds}),
        version = version + 1,
        updated_at = now()
    where id = ${id}
    returning ${columns(tx)}
  `;
  return onlyRow(rows);
}

export async function setStatus(
  tx: Transaction,
  id: string,
  status: 'committed' | 'released',
): Promise<ReservationRow> {
  const rows = await tx<ReservationRow[]>`
    update reservation
    set status = ${status}, has_expired = false, version = version + 1, updated_at = now()
    where id = ${id}
    returning ${columns(tx)}
  `;
  return onlyRow(rows);
}

/** The lines in the order in which they were asked for. */
export async function linesOf(sql: Queryable, id: string): Promise<KeptLine[]> {
  return sql<KeptLine[]>`
    select product_id, quantity, tracked
    from reservation_line
    where reservation_id = ${id}
    order by position
  `;
}

/** These lines in the place of those that were there. */
export async function replaceLines(
  tx: Transaction,
  id: string,
  lines: readonly KeptLine[],
): Promise<void> {
  await tx`delete from reservation_line where reservation_id = ${id}`;
  const rows = lines.map((line, position) => ({ reservationId: id, position, ...line }));
  await tx`insert into reservation_line ${tx(rows)}`;
}

function columns(sql: Queryable) {
  return sql`id, status, expires_at, has_expired, version, created_at, updated_at`;
}
