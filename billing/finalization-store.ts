import type { Transaction } from 'platform/database';
import { ProblemError } from 'platform/problem';

import { beingIssued } from './invoices.ts';

/** The row that says that a draft is being issued. */
export type Finalization = {
  readonly invoiceId: string;
  /** Who holds it: whoever has another has lost the draft to somebody else. */
  readonly token: string;
  readonly owner: string;
  readonly idempotencyKey: string | null;
  /** Of the request that wants it issued, where that is recorded. */
  readonly traceparent: string | null;
};

/**
 * Notes that drafts, which are locked, are being issued; what stands in the way of those that are so
 * already. One whose lease has run out is taken over from whoever had it.
 */
export async function takeDrafts(
  tx: Transaction,
  wanted: readonly Finalization[],
  leaseMs: number,
): Promise<(one: Finalization) => ProblemError | undefined> {
  if (wanted.length === 0) return () => undefined;
  const rows = await tx<{ invoiceId: string }[]>`
    insert into finalization (invoice_id, token, owner, idempotency_key, traceparent, expires_at)
    select *, now() + ${leaseMs} * interval '1 millisecond'
    from unnest(
      ${wanted.map(({ invoiceId }) => invoiceId)}::uuid[],
      ${wanted.map(({ token }) => token)}::uuid[],
      ${wanted.map(({ owner }) => owner)}::text[],
      ${wanted.map(({ idempotencyKey }) => idempotencyKey)}::text[],
      ${wanted.map(({ traceparent }) => traceparent)}::text[]
    )
    on conflict (invoice_id) do update
    set token = excluded.token,
        owner = excluded.owner,
        idempotency_key = excluded.idempotency_key,
        traceparent = excluded.traceparent,
        started_at = excluded.started_at,
        expires_at = excluded.expires_at
    where finalization.expires_at <= now()
    returning invoice_id
  `;
  const taken = new Set(rows.map(({ invoiceId }) => invoiceId));
  const lost = wanted.filter(({ invoiceId }) => !taken.has(invoiceId));
  const keyOf = await keysOf(tx, lost);
  return (one) => (taken.has(one.invoiceId) ? undefined : inTheWay(one, keyOf(one.invoiceId)));
}

/**
 * Whether a draft, which is locked, is being issued. Also when the time for it has run out: until
 * the row is given back or taken over, who has its token may issue the draft as it was read.
 */
export async function isBeingIssued(tx: Transaction, id: string): Promise<boolean> {
  const rows = await tx`select from finalization where invoice_id = ${id}`;
  return rows.length > 0;
}

/** What a request meets that wants a draft which another one has. */
export function inTheWay(
  { idempotencyKey }: Pick<Finalization, 'idempotencyKey'>,
  other: string | null | undefined,
): ProblemError {
  if (idempotencyKey === null || idempotencyKey !== other) return beingIssued();
  return new ProblemError(409, 'request-in-flight', 'The same request is being handled', {
    detail: 'The first request with this Idempotency-Key is not done yet',
    headers: { 'Retry-After': '1' },
  });
}

async function keysOf(tx: Transaction, lost: readonly Finalization[]) {
  if (lost.length === 0) return () => undefined;
  const rows = await tx<{ invoiceId: string; idempotencyKey: string | null }[]>`
    select invoice_id, idempotency_key
    from finalization
    where invoice_id = any(${lost.map(({ invoiceId }) => invoiceId)}::uuid[])
  `;
  const keys = new Map(rows.map(({ invoiceId, idempotencyKey }) => [invoiceId, idempotencyKey]));
  return (id: string) => keys.get(id);
}

/**
 * Ends the sagas of drafts; those of which it is true, for others took them over or they took so
 * long that they may not end. The invoices are locked first, as when a saga begins: in another order
 * the two would wait for each other.
 */
export async function settle(
  tx: Transaction,
  held: readonly Pick<Finalization, 'invoiceId' | 'token'>[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ invoiceId: string }[]>`
    with held as (
      select * from unnest(
        ${held.map(({ invoiceId }) => invoiceId)}::uuid[],
        ${held.map(({ token }) => token)}::uuid[]
      ) as held (invoice_id, token)
    ),
    draft as (
      select id from invoice where id in (select invoice_id from held) order by id for update
    )
    delete from finalization
    using held, draft
    where finalization.invoice_id = held.invoice_id
      and finalization.token = held.token
      and draft.id = held.invoice_id
      and started_at > now() - interval '5 minutes'
    returning finalization.invoice_id
  `;
  return new Set(rows.map(({ invoiceId }) => invoiceId));
}
