import type { CallOptions } from 'platform/feign';
import type { Log } from 'platform/log';
import { RemoteError } from 'platform/remote-error';
import { currentContext, ownContext, withContext } from 'platform/request-context';

import type { Clients } from './clients.ts';
import { invoices } from './contract.ts';
import type { Delivery } from './delivery-store.ts';
import type { OutboxRow } from './outbox-store.ts';
import type { InvoiceStore } from './store.ts';

type DeliveriesDeps = {
  readonly store: InvoiceStore;
  readonly products: Clients['products'];
  readonly log: Log;
};

/** A delivery holds its rows meanwhile, so it must not take long. */
const LIMITS: CallOptions = { timeoutMs: 2000, totalTimeoutMs: 3000 };
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;

/** Tells the inventory what outbox rows say. Each may be told again: nothing happens twice. */
export function createDeliveries({ store, products, log }: DeliveriesDeps) {
  /** The reservation ran out before it was known here that the invoice is issued: taken again. */
  const takeAgain = async ({ invoiceId: id }: OutboxRow) => {
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

  const restock = async ({ invoiceId, returned: { lines, ...why } }: OutboxRow) => {
    const taken = await products.reservation.find({ id: invoiceId }, LIMITS);
    for (const { productId, quantity } of lines) {
      // What had no stock when it was sold was not taken, and does not come back.
      if (taken && !taken.lines.some((line) => line.productId === productId)) continue;
      // By its id it happens once, however much later it is told again.
      const id = Bun.randomUUIDv5(`${why.reference}:${productId}`, invoiceId);
      const body = { id, delta: quantity, reason: 'return' as const, ...why };
      await products.move({ id: productId, body }, LIMITS);
    }
  };

  const attempt = async (
    row: OutboxRow,
    tell: (row: OutboxRow) => Promise<void>,
  ): Promise<Delivery> => {
    try {
      await inNameOf(row.who, () => tell(row));
      return undefined;
    } catch (error) {
      return failure(row, error, log);
    }
  };

  const commitAll = async (rows: readonly OutboxRow[]): Promise<Delivery[]> => {
    const reservations = rows.map(({ invoiceId: id, who }) =>
      who === null ? { id } : { id, who },
    );
    try {
      const { outcomes } = await products.commitAll({ body: { reservations } }, LIMITS);
      return await Promise.all(
        rows.map(async (row, index) =>
          outcomes[index]?.problem === undefined ? undefined : attempt(row, takeAgain),
        ),
      );
    } catch (error) {
      return rows.map((row) => failure(row, error, log));
    }
  };

  return (rows: readonly OutboxRow[]): Promise<Delivery[]> =>
    rows.every(({ action }) => action === 'commit')
      ? commitAll(rows)
      : Promise.all(rows.map((row) => attempt(row, row.action === 'restock' ? restock : release)));
}

function failure({ action, invoiceId, attempts }: OutboxRow, error: unknown, log: Log): Delivery {
  // A clear refusal needs a person: stock that was promised is not there.
  const isRefused = error instanceof RemoteError && (error.status ?? 500) < 500;
  log[isRefused ? 'error' : 'warning'](
    'Cannot {action} the stock of invoice {invoiceId}: trying again',
    { action, invoiceId, attempts, error },
  );
  const retryInMs = Math.min(FIRST_RETRY_MS * 2 ** attempts, LONGEST_RETRY_MS);
  return { error: error instanceof Error ? error.message : String(error), retryInMs, isRefused };
}

/** As whoever brought it about, also when it is told much later. */
function inNameOf<T>(who: string | null, run: () => T): T {
  return withContext({ ...(currentContext() ?? ownContext(invoices.service)), who }, run);
}
