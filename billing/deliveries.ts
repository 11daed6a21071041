import type { CallOptions } from 'platform/feign';
import type { Log } from 'platform/log';
import { RemoteError } from 'platform/remote-error';

import type { Clients } from './clients.ts';
import type { Delivery, OutboxRow } from './outbox-store.ts';
import type { InvoiceStore } from './store.ts';

type DeliveriesDeps = {
  readonly store: InvoiceStore;
  readonly products: Clients['products'];
  readonly log: Log;
};

/** A delivery holds its row meanwhile, so it must not take long. */
const LIMITS: CallOptions = { timeoutMs: 2000, totalTimeoutMs: 3000 };
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;

/** Tells the inventory what an outbox row says. Each may be told again: nothing happens twice. */
export function createDeliveries({ store, products, log }: DeliveriesDeps) {
  const commit = async ({ invoiceId: id }: OutboxRow) => {
    const reply = await products.commit.reply({ id }, LIMITS);
    if (reply.status === 200) return;
    // The reservation ran out before it was known here that the invoice is issued: taken again.
    log.warning('The stock of invoice {id} was no longer reserved: taking it again', { id });
    const { lines } = await store.find(id);
    const body = { lines: lines.map(({ productId, quantity }) => ({ productId, quantity })) };
    await products.reserve({ id, body }, LIMITS);
    await products.commit({ id }, LIMITS);
  };

  const release = async ({ invoiceId: id }: OutboxRow) => {
    const { status } = await products.release.reply({ id }, LIMITS);
    if (status === 409) log.error('The stock of draft {id} was taken off the shelf', { id });
  };

  const restock = async ({ invoiceId, returned: { lines, reference, note } }: OutboxRow) => {
    for (const { productId, quantity } of lines) {
      await products.move(
        {
          id: productId,
          body: { delta: quantity, reason: 'return', note, reference: invoiceId },
          idempotencyKey: `${reference}:${productId}`,
        },
        LIMITS,
      );
    }
  };

  const actions = { commit, release, restock };
  return async (row: OutboxRow): Promise<Delivery> => {
    try {
      await actions[row.action](row);
      return undefined;
    } catch (error) {
      const { action, invoiceId, attempts } = row;
      // A clear refusal needs a person: stock that was promised is not there.
      const isRefused = error instanceof RemoteError && error.failure === 'status';
      log[isRefused ? 'error' : 'warning'](
        'Cannot {action} the stock of invoice {invoiceId}: trying again',
        { action, invoiceId, attempts, error },
      );
      const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
      return { error: error instanceof Error ? error.message : String(error), retryInMs };
    }
  };
}
