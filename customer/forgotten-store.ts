import type { Database, Transaction } from 'platform/database';
import type { Log } from 'platform/log';
import { currentContext, ownContext, withContext } from 'platform/request-context';

import { customers } from './contract.ts';

/** Notes that others have yet to forget a customer, in the transaction in which it happens here. */
export async function noteForgotten(tx: Transaction, customerId: string): Promise<void> {
  const who = currentContext()?.who ?? null;
  await tx`
    insert into forgotten ${tx({ customerId, who })}
    on conflict (customer_id) do update
    set who = excluded.who, attempts = 0, told_at = null, next_attempt_at = now()
  `;
}

type Telling = {
  /** Throws when somebody does not answer. */
  readonly tell: (customerId: string, signal: AbortSignal) => Promise<void>;
  /** Aborted when there is no more time. */
  readonly signal: AbortSignal;
  readonly log: Log;
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
  readonly attempts: number;
};

/** False when nobody is left to be told of now. */
function tellNext(sql: Database, { tell, signal, log }: Telling): Promise<boolean> {
  return sql.begin(async (tx) => {
    const [due] = await tx<Due[]>`
      select customer_id, who, attempts
      from forgotten
      where next_attempt_at <= now()
      order by next_attempt_at
      limit 1
      for update skip locked
    `;
    if (due === undefined) return false;
    const { customerId, who, attempts } = due;
    try {
      const context = currentContext() ?? ownContext(customers.service);
      await withContext({ ...context, who }, () => tell(customerId, signal));
      await noteTold(tx, customerId);
    } catch (error) {
      log.warning('Others have yet to forget customer {customerId}', { customerId, error });
      await postpone(tx, { customerId, attempts });
    }
    return true;
  });
}

async function noteTold(tx: Transaction, customerId: string): Promise<void> {
  await tx`delete from forgotten where customer_id = ${customerId} and told_at is not null`;
  await tx`
    update forgotten
    set told_at = now(), attempts = 0, next_attempt_at = clock_timestamp() + interval '1 minute'
    where customer_id = ${customerId}
  `;
}

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

async function postpone(
  tx: Transaction,
  { customerId, attempts }: Pick<Due, 'customerId' | 'attempts'>,
): Promise<void> {
  const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
  await tx`
    update forgotten
    set attempts = attempts + 1,
        next_attempt_at = clock_timestamp() + ${retryInMs} * interval '1 millisecond'
    where customer_id = ${customerId}
  `;
}
