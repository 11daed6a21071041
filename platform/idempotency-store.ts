import { type Database, transact, type Transaction } from './database.ts';
import { ProblemError } from './problem.ts';
import { noteReplay } from './replayed.ts';
import type { Idempotency } from './request-reader.ts';

/**
 * Runs `work` in a transaction, once per idempotency key: a repeat within 24 h gets the first
 * result, stored in the same transaction as its effects. Throws 409 while the first still runs, 422
 * when the key came with another request. Without a key it just runs.
 */
export function once<T>(
  sql: Database,
  idempotency: Idempotency | undefined,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (idempotency === undefined) return transact(sql, work);
  return transact(sql, async (tx) => {
    await takeTurn(tx, idempotency);
    const earlier = await findReply<T>(tx, idempotency);
    if (earlier !== undefined) return earlier.reply;
    const reply = await work(tx);
    await tx`
      insert into idempotency_key ${tx({ ...idempotency, reply: tx.json(JSON.parse(JSON.stringify(reply))) })}
      on conflict (key) do update
      set fingerprint = excluded.fingerprint, reply = excluded.reply, created_at = now()
    `;
    return reply;
  });
}

/** The stored result of a key, for work that looks before it starts; throws 422 as `once` does. */
export async function findReply<T>(
  sql: Database | Transaction,
  request: Idempotency,
): Promise<{ reply: T } | undefined> {
  return (await findReplies<T>(sql, [request]))(request);
}

/** The stored results of several keys, as `findReply` gives one. */
export async function findReplies<T>(
  sql: Database | Transaction,
  requests: readonly Idempotency[],
): Promise<(request: Idempotency) => { reply: T } | undefined> {
  if (requests.length === 0) return () => undefined;
  const rows = await sql<(StoredReply<T> & { key: string })[]>`
    select key, fingerprint, reply
    from idempotency_key
    where key = any(${requests.map(({ key }) => key)}::text[])
      and created_at > now() - interval '24 hours'
  `;
  const stored = new Map(rows.map((row) => [row.key, row]));
  return (request) => replyOf(stored.get(request.key), request);
}

/**
 * Stores the results of several requests, in the transaction of their effects. Throws 422 when one
 * of the keys was used by another request meanwhile.
 */
export async function storeReplies(
  tx: Transaction,
  results: readonly { readonly idempotency: Idempotency; readonly reply: unknown }[],
): Promise<void> {
  if (results.length === 0) return;
  const stored = results.map(({ idempotency: { key, fingerprint }, reply }) => ({
    key,
    fingerprint,
    reply,
  }));
  const rows = await tx<{ key: string }[]>`
    insert into idempotency_key (key, fingerprint, reply)
    select key, fingerprint, reply
    from json_to_recordset(${JSON.stringify(stored)}::text::json) as stored (
      key text, fingerprint text, reply json
    )
    on conflict (key) do update
    set fingerprint = excluded.fingerprint, reply = excluded.reply, created_at = now()
    where idempotency_key.created_at <= now() - interval '24 hours'
    returning key
  `;
  const kept = new Set(rows.map(({ key }) => key));
  const lost = results.find(({ idempotency }) => !kept.has(idempotency.key));
  if (lost) throw reused(lost.idempotency);
}

/** Gives repeats of the requests that made a record what is left of it, for a person's sake. */
export async function redactReplies(
  tx: Transaction,
  record: { readonly id: string },
): Promise<void> {
  await tx`
    update idempotency_key
    set reply = ${tx.json(JSON.parse(JSON.stringify(record)))}
    where reply ->> 'id' = ${record.id}
  `;
}

/** Forgets the keys that no longer count. */
export async function purgeReplies(sql: Database): Promise<void> {
  await sql`delete from idempotency_key where created_at < now() - interval '24 hours'`;
}

async function takeTurn(tx: Transaction, { key }: Idempotency): Promise<void> {
  const [turn] = await tx<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${key}, 1)) as taken
  `;
  if (turn?.taken) return;
  throw new ProblemError(409, 'request-in-flight', 'The same request is being handled', {
    detail: `The first request with Idempotency-Key '${key}' is not done yet`,
    headers: { 'Retry-After': '1' },
  });
}

type StoredReply<T> = { readonly fingerprint: string; readonly reply: T };

function replyOf<T>(
  stored: StoredReply<T> | undefined,
  request: Idempotency,
): { reply: T } | undefined {
  if (stored === undefined) return undefined;
  if (stored.fingerprint !== request.fingerprint) throw reused(request);
  noteReplay(request);
  return { reply: stored.reply };
}

function reused({ key }: Idempotency): ProblemError {
  return new ProblemError(422, 'idempotency-key-reused', 'The key belongs to another request', {
    detail: `Idempotency-Key '${key}' came with another body or path before, or from somebody else`,
  });
}
