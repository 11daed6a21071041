import type { Database } from 'platform/database';
import type { Log } from 'platform/log';
import { repeat } from 'platform/repeat';

import { invoices } from './contract.ts';
import { deliverNext, type Delivery, type OutboxRow } from './outbox-store.ts';
import type { SagaStore } from './saga-store.ts';

export type Outbox = {
  /** Tries at once what is there for an invoice; what fails is tried again later. Never throws. */
  readonly deliver: (invoiceId: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

type OutboxDeps = {
  readonly sql: Database;
  readonly sagas: SagaStore;
  readonly deliver: (row: OutboxRow) => Promise<Delivery>;
  readonly log: Log;
  readonly everyMs?: number;
};

/**
 * Tells the inventory what it has yet to be told, until it has acknowledged it, and gives back the
 * drafts of processes that died. Any number of processes may do this side by side.
 */
export function startOutbox({ sql, sagas, deliver, log, everyMs = 1000 }: OutboxDeps): Outbox {
  const stopping = new AbortController();

  const drain = async (invoiceId?: string) => {
    while (!stopping.signal.aborted && (await deliverNext(sql, deliver, invoiceId)));
  };
  const worker = repeat({
    service: invoices.service,
    what: 'work through the outbox',
    everyMs,
    log,
    async work() {
      for (const id of await sagas.recover()) {
        log.warning('Issuing {id} was broken off: it is a draft again', { id });
      }
      await drain();
    },
  });

  return {
    deliver: async (invoiceId) => {
      try {
        await drain(invoiceId);
      } catch (error) {
        log.warning('Cannot deliver for invoice {invoiceId} now', { invoiceId, error });
      }
    },
    async stop() {
      stopping.abort();
      await worker.stop();
    },
  };
}
