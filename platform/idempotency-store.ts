import { type Database, transact, type Transaction } from './database.ts';
import { ProblemError } from './problem.ts';
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
  { key, fingerprint }: Idempotency,
): Promise<{ reply: T } | undefined> {
  const [stored] = await sql<{ fingerprint: string; reply: T }[]>`
    select fingerprint, reply
    from idempotency_key
    where key = ${key} and created_at > now() - interval '24 hours'
  `;
  if (stored === undefined) return undefined;
  if (stored.fingerprint === fingerprint) return { reply: stored.reply };
  throw new ProblemError(422, 'idempotency-key-reused', 'The key belongs to another request', {
    detail: `Idempotency-Key '${key}' came with another body or path before`,
  });
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
