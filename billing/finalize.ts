import { products } from 'inventory/contract';
import type { Problem } from 'platform/contract';
import type { Log } from 'platform/log';
import { assertMatch, conflict, invalid } from 'platform/problem';
import { RemoteError } from 'platform/remote-error';
import type { Idempotency } from 'platform/request-reader';

import type { Clients } from './clients.ts';
import type { Buyer, Invoice } from './invoice-contract.ts';
import { assertIssuable, buyerOf } from './invoices.ts';
import type { Outbox } from './outbox.ts';
import { unknown } from './references.ts';
import type { SagaStore } from './saga-store.ts';

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

/** For how long stock is put aside; the transaction that follows takes well under a second. */
const RESERVED_SECONDS = 900;

/**
 * Issues a draft: notes it, puts the stock aside, and gives it its number in one transaction. When
 * that cannot be, the draft is what it was and nothing stays reserved.
 */
export function createFinalize({ sagas, clients, outbox, log }: FinalizeDeps): Finalize {
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
    const begun = await sagas.begin(id, idempotency, (current) => {
      assertMatch(ifMatch, current);
      assertIssuable(current);
    });
    if (begun.kind === 'replayed') return begun.reply;
    const { invoice, token } = begun;
    const issued = await prepare(clients, invoice)
      .then((buyer) => sagas.issue(invoice, { token, buyer }, idempotency))
      .catch(async (error: unknown) => {
        await giveUp(id, token, error);
        throw error;
      });
    await outbox.deliver(id);
    return issued;
  };
}

const isInventoryAway = (error: unknown): boolean =>
  error instanceof RemoteError && error.service === products.service && error.failure !== 'status';

/**
 * Reserves the stock and reads the buyer as he is today, at the same time. Neither ends when the
 * caller leaves: what was begun is issued.
 */
async function prepare(clients: Clients, invoice: Invoice): Promise<Buyer> {
  const { id, customerId } = invoice;
  const lines = invoice.lines.map(({ productId, quantity }) => ({ productId, quantity }));
  const [customer, reserved] = await Promise.allSettled([
    clients.customers.get.find({ id: customerId }, { signal: new AbortController().signal }),
    clients.products.reserve({ id, body: { lines, expiresInSeconds: RESERVED_SECONDS } }),
  ]);
  if (reserved.status === 'rejected') throw asReservationProblem(reserved.reason, invoice);
  if (customer.status === 'rejected') throw customer.reason;
  return customer.value ? buyerOf(customer.value) : invalid([unknown('/customerId', 'customer')]);
}

/** What the inventory says about the lines, passed on: its lines are those of the invoice. */
function asReservationProblem(error: unknown, { lines }: Invoice): unknown {
  if (!(error instanceof RemoteError) || error.failure !== 'status') return error;
  const { status, problem } = error;
  if (status === 409 && problem?.type === '/problems/stock-short') {
    const { title, detail = '', errors = [] } = problem;
    conflict('stock-short', title, { detail, errors });
  }
  return status === 404 || status === 422 ? unknownProducts(lines, problem) : error;
}

function unknownProducts(lines: Invoice['lines'], problem: Problem | undefined): never {
  const named = problem?.errors?.filter(({ pointer }) => pointer.startsWith('/lines/'));
  if (named?.length) invalid(named);
  invalid(lines.map((_, index) => unknown(`/lines/${index}/productId`, 'product')));
}
