import type { Log } from 'platform/log';
import { assertMatch } from 'platform/problem';
import type { Idempotency } from 'platform/request-reader';

import { type Batched, batched, done, type Outcome, together } from './batched.ts';
import type { Clients } from './clients.ts';
import type { Invoice } from './invoice-contract.ts';
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

/** So many at most are issued together, and while the database works for some, others are called for. */
const TOGETHER = { limit: 64, atOnce: 2 };

/**
 * Issues a draft: notes it, puts the stock aside, and gives it its number in one transaction. When
 * that cannot be, the draft is what it was and nothing stays reserved. All that wait are issued
 * together, each step for all of them.
 */
export function createFinalize({ sagas, clients, outbox, log }: FinalizeDeps): Finalize {
  const issue = batched({
    work: (wanted: readonly Batched<Wanted>[]) => issueAll({ sagas, clients, outbox }, wanted),
    ...TOGETHER,
  });
  const abandon = batched({ work: sagas.abandon, ...TOGETHER });

  const giveUp = async ({ id, token, reason }: GivenUp) => {
    try {
      await abandon({ id, token });
      // An inventory that does not answer would not now either: the outbox tries later.
      if (!isInventoryAway(reason)) await outbox.deliver(id);
    } catch (error) {
      // The database is away: what is noted there leads the recovery to it.
      log.error('Cannot give up issuing {id}: the recovery will', { id, error });
    }
    throw reason;
  };

  return async (id, ifMatch, idempotency) => {
    const decide = (current: Invoice) => {
      assertMatch(ifMatch, current);
      assertIssuable(current);
    };
    const settled = await issue({ id, idempotency, decide });
    if (settled.kind === 'replayed') return settled.reply;
    if (settled.kind === 'given-up') return giveUp(settled);
    return settled.invoice;
  };
}

/** A draft that was being issued and cannot be. */
type GivenUp = {
  readonly kind: 'given-up';
  readonly id: string;
  readonly token: string;
  readonly reason: unknown;
};

type Settled =
  | Extract<Begun, { kind: 'replayed' }>
  | { readonly kind: 'issued'; readonly invoice: Invoice }
  | GivenUp;

/** Throws only while nothing has happened yet. */
async function issueAll(
  { sagas, clients, outbox }: Omit<FinalizeDeps, 'log'>,
  wanted: readonly Batched<Wanted>[],
): Promise<Outcome<Settled>[]> {
  const { begun, settings } = await sagas.begin(wanted);
  const drafts = begun.flatMap((one) =>
    one.isDone && one.value.kind === 'begun' ? [one.value.invoice] : [],
  );
  const buyers = await prepareAll(clients, drafts, settings);
  const ready = wanted.flatMap(({ item: { idempotency }, context }, index): Batched<ToIssue>[] => {
    const one = begun[index];
    if (!one?.isDone || one.value.kind !== 'begun') return [];
    const { invoice: draft, token } = one.value;
    const buyer = buyers.get(draft.id);
    return buyer?.isDone
      ? [{ item: { draft, token, buyer: buyer.value, idempotency }, context }]
      : [];
  });
  const outcomes = await together(ready, (some) => sagas.issue(some, settings));
  const issued = new Map(ready.map(({ item }, index) => [item.draft.id, outcomes[index]]));
  await outbox.deliverAdded(
    outcomes.flatMap((one) => (one.isDone && one.value.commit ? [one.value.commit] : [])),
  );
  return begun.map((one) => {
    if (!one.isDone) return one;
    if (one.value.kind === 'replayed') return done(one.value);
    const { id } = one.value.invoice;
    const outcome = issued.get(id);
    if (outcome?.isDone) return done({ kind: 'issued', invoice: outcome.value.invoice });
    const reason = outcome?.error ?? reasonOf(buyers.get(id));
    return done({ kind: 'given-up', id, token: one.value.token, reason });
  });
}

function reasonOf(outcome: Outcome<unknown> | undefined): unknown {
  return outcome && !outcome.isDone ? outcome.error : new Error('Cannot go on: nothing came of it');
}
