import type { Log } from 'platform/log';
import { assertMatch } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import { batched } from './batched.ts';
import type { Clients } from './clients.ts';
import type { Buyer, Invoice } from './invoice-contract.ts';
import { assertIssuable } from './invoices.ts';
import type { ToIssue } from './issue-store.ts';
import type { Outbox } from './outbox.ts';
import { isInventoryAway, prepareAll } from './prepare.ts';
import type { Begun, SagaStore, Wanted } from './saga-store.ts';

/** Issues the draft of an id, as its `If-Match` saw it. */
export type Finalize = (
  id: string,
  ifMatch: string | undefined,
  idempotency?: Idempotency,
) => Promise<Invoice>;

type FinalizeDeps = {
  readonly sagas: SagaStore;
  readonly clients: Clients;
  readonly outbox: Outbox;
  readonly log: Log;
};

/** So many at most are issued together, and with so many lines: a body has a limit. */
const TOGETHER = 64;
const LINES_TOGETHER = 4000;

/**
 * Issues a draft: notes it, puts the stock aside, and gives it its number in one transaction. When
 * that cannot be, the draft is what it was and nothing stays reserved. Each step is done for all
 * drafts that wait for it at that moment.
 */
export function createFinalize({ sagas, clients, outbox, log }: FinalizeDeps): Finalize {
  const begin = batched<Wanted, Begun>({ work: sagas.begin, limit: TOGETHER });
  const prepare = batched<Invoice, Buyer>({
    work: (drafts) => prepareAll(clients, drafts),
    limit: LINES_TOGETHER,
    weigh: ({ lines }) => Math.max(lines.length, LINES_TOGETHER / TOGETHER),
  });
  const issue = batched<ToIssue, Invoice>({ work: sagas.issue, limit: TOGETHER });

  const giveUp = async (id: string, token: string, reason: unknown) => {
    try {
      await sagas.abandon(id, token);
      // An inventory that does not answer would not now either: the outbox tries later.
      if (!isInventoryAway(reason)) await outbox.deliver(id);
    } catch (error) {
      // The database is away: what is noted there leads the recovery to it.
      log.error('Cannot give up issuing {id}: the recovery will', { id, error });
    }
  };

  return async (id, ifMatch, idempotency) => {
    const decide = (current: Invoice) => {
      assertMatch(ifMatch, current);
      assertIssuable(current);
    };
    const begun = await begin({ id, idempotency, decide });
    if (begun.kind === 'replayed') return begun.reply;
    const { invoice: draft, token } = begun;
    const issued = await prepare(draft)
      .then((buyer) => issue({ draft, token, buyer, idempotency }))
      .catch(async (error: unknown) => {
        await giveUp(draft.id, token, error);
        throw error;
      });
    await outbox.deliver(draft.id);
    return issued;
  };
}
