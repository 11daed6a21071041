import type { Database, Transaction } from 'platform/database';
import type { Log } from 'platform/log';
import { type TellForgotten, TELLING_LIMIT_MS } from 'platform/referrers';
import { currentContext, ownContext, withContext } from 'platform/request-context';

import { customers } from './contract.ts';

/** Notes that others have yet to forget a customer, in the transaction in which it happens here. */
export async function noteForgotten(tx: Transaction, customerId: string): Promise<void> {
  const who = currentContext()?.who ?? null;
  await tx`
    insert into forgotten ${tx({ customerId, who })}
    on conflict (customer_id) do update
    set who = excluded.who, attempts = 0, told_at = null, next_attempt_at = now(),
        forgotten_at =
          greatest(excluded.forgotten_at, forgotten.forgotten_at + interval '1 millisecond')
  `;
}

type Telling = {
  readonly tell: TellForgotten;
  readonly log: Log;
  /** Ends it, after whoever is being told. */
  readonly signal: AbortSignal;
};

/**
 * Tells others whom to forget, each until they have answered, and once more a minute later: what
 * read the customer just before, and was still being written, is reached then. Any number of
 * processes may do this side by side.
 */
export async function tellForgotten(sql: Database, telling: Telling): Promise<void> {
  while (!telling.signal.aborted && (await tellNext(sql, telling)));
}

type Due = {
  readonly customerId: string;
  readonly who: string | null;
  readonly forgottenAt: string;
  readonly attempts: number;
};

/** False when nobody is left to be told of now. */
async function tellNext(sql: Database, { tell, log, signal }: Telling): Promise<boolean> {
  const due = await takeDue(sql);
  if (due === undefined) return false;
  const { customerId, who, forgottenAt } = due;
  try {
    const context = currentContext() ?? ownContext(customers.service);
    await withContext({ ...context, who }, () => tell({ id: customerId, forgottenAt }, signal));
  } catch (error) {
    log.warning('Others have yet to forget customer {customerId}', { customerId, error });
    await postpone(sql, due);
    return true;
  }
  await noteTold(sql, due);
  return true;
}

/** Longer than telling takes: from then on whoever took it has died. */
const LEASE_MS = TELLING_LIMIT_MS + 5000;

/** No row is locked while others are told: who forgets the customer anew need not wait for them. */
async function takeDue(sql: Database): Promise<Due | undefined> {
  const [due] = await sql<Due[]>`
    update forgotten
    set next_attempt_at = now() + ${LEASE_MS} * interval '1 millisecond'
    where customer_id = (
      select customer_id
      from forgotten
      where next_attempt_at <= now()
      order by next_attempt_at
      limit 1
      for update skip locked
    )
    returning customer_id, who, forgotten_at, attempts
  `;
  return due;
}

/** Not what was forgotten anew meanwhile. */
const same = (sql: Database, { customerId, forgottenAt }: Due) =>
  sql`customer_id = ${customerId} and forgotten_at = ${forgottenAt}`;

async function noteTold(sql: Database, due: Due): Promise<void> {
  const { count } = await sql`
    delete from forgotten where ${same(sql, due)} and told_at is not null
  `;
  if (count > 0) return;
  await sql`
    update forgotten
    set told_at = now(), attempts = 0, next_attempt_at = now() + interval '1 minute'
    where ${same(sql, due)}
  `;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

async function postpone(sql: Database, due: Due): Promise<void> {
  const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** due.attempts, LONGEST_RETRY_MS);
  await sql`
    update forgotten
    set attempts = attempts + 1,
        next_attempt_at = now() + ${retryInMs} * interval '1 millisecond'
    where ${same(sql, due)}
  `;
}
