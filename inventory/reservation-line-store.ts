import type { Queryable, Transaction } from 'platform/database';

import type { KeptLine } from './reservations.ts';

/** The lines of each, in the order in which they were asked for. */
export async function linesOf(
  sql: Queryable,
  ids: readonly string[],
): Promise<(id: string) => readonly KeptLine[]> {
  const rows = await sql<(KeptLine & { reservationId: string })[]>`
    select reservation_id, product_id, quantity, tracked
    from reservation_line
    where reservation_id = any(${ids}::uuid[])
    order by position
  `;
  const lines = Map.groupBy(rows, ({ reservationId }) => reservationId);
  return (id) => lines.get(id) ?? [];
}

/** These lines in the place of those that there were; `isNew` where there were none. */
export async function replaceLines(
  tx: Transaction,
  reservations: readonly {
    readonly id: string;
    readonly isNew: boolean;
    readonly lines: readonly KeptLine[];
  }[],
): Promise<void> {
  const old = reservations.filter(({ isNew }) => !isNew).map(({ id }) => id);
  const rows = reservations.flatMap(({ id, lines }) =>
    lines.map((line, position) => ({ reservationId: id, position, ...line })),
  );
  await Promise.all([
    ...(old.length > 0
      ? [tx`delete from reservation_line where reservation_id = any(${old}::uuid[])`]
      : []),
    ...(rows.length > 0
      ? [
          tx`
            insert into reservation_line (reservation_id, position, product_id, quantity, tracked)
            select * from unnest(
              ${rows.map(({ reservationId }) => reservationId)}::uuid[],
              ${rows.map(({ position }) => position)}::int[],
              ${rows.map(({ productId }) => productId)}::uuid[],
              ${rows.map(({ quantity }) => quantity)}::numeric[],
              ${rows.map(({ tracked }) => String(tracked))}::text[]::boolean[]
            )
          `,
        ]
      : []),
  ]);
}

/** Notes that nothing was held of these lines in the end. */
export async function untrackLines(
  tx: Transaction,
  lines: readonly { readonly id: string; readonly productId: string }[],
): Promise<void> {
  if (lines.length === 0) return;
  await tx`
    update reservation_line
    set tracked = false
    from unnest(
      ${lines.map(({ id }) => id)}::uuid[],
      ${lines.map(({ productId }) => productId)}::uuid[]
    ) as untracked (id, product)
    where reservation_id = untracked.id and product_id = untracked.product
  `;
}
