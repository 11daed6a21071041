import type { Database } from 'platform/database';
import type { Log } from 'platform/log';
import { repeat } from 'platform/repeat';
import type { SpanStart, Tracer } from 'platform/tracing';
import { withSpan } from 'platform/with-span';

import { batched, done } from './batched.ts';
import { invoices } from './contract.ts';
import { deliverAdded, deliverNext, type Delivery } from './delivery-store.ts';
import type { OutboxRow } from './outbox-store.ts';
import type { SagaStore } from './saga-store.ts';

export type Outbox = {
  /** Delivers at once rows that were just added; what fails is tried again later. Never throws. */
  readonly deliverAdded: (rows: readonly OutboxRow[]) => Promise<void>;
  /** Tries at once what is there for an invoice; what fails is tried again later. Never throws. */
  readonly deliver: (invoiceId: string) => Promise<void>;
  readonly stop: () => Promise<void>;
};

type OutboxDeps = {
  readonly sql: Database;
  readonly sagas: SagaStore;
  readonly deliver: (rows: readonly OutboxRow[]) => Promise<Delivery[]>;
  readonly log: Log;
  readonly tracing?: Tracer | undefined;
  readonly everyMs?: number;
};

/** So many invoices at most are delivered for together. */
const TOGETHER = 64;

/**
 * Tells the inventory what it has yet to be told, until it has acknowledged it, and gives back the
 * drafts of processes that died. Any number of processes may do this side by side.
 */
export function startOutbox({
  sql,
  sagas,
  log,
  tracing,
  everyMs = 1000,
  ...deps
}: OutboxDeps): Outbox {
  const stopping = new AbortController();
  const deliver = (rows: readonly OutboxRow[]) =>
    withSpan(deliveryOf(rows), () => deps.deliver(rows), { ...invoices, tracing });

  const drain = async (invoiceIds?: readonly string[]) => {
    while (!stopping.signal.aborted && (await deliverNext(sql, deliver, invoiceIds)));
  };
  const deliverNow = batched<string, void>({
    async work(waiting) {
      await drain(waiting.map(({ item }) => item));
      return waiting.map(() => done(undefined));
    },
    limit: TOGETHER,
  });
  const often = { service: invoices.service, everyMs, log };
  const worker = repeat({ ...often, what: 'work through the outbox', work: () => drain() });
  // On its own: what the inventory takes long to answer must not keep drafts from those who edit them.
  const recovery = repeat({
    ...often,
    what: 'give back drafts of processes that died',
    async work() {
      for (const id of await sagas.recover()) {
        log.warning('Issuing {id} was broken off: it is a draft again', { id });
      }
    },
  });

  return {
    deliverAdded: async (rows) => {
      try {
        await deliverAdded(sql, deliver, rows);
      } catch (error) {
        const invoiceIds = rows.map(({ invoiceId }) => invoiceId);
        log.warning('Cannot deliver for invoices {invoiceIds} now', { invoiceIds, error });
      }
    },
    deliver: async (invoiceId) => {
      try {
        await deliverNow(invoiceId);
      } catch (error) {
        log.warning('Cannot deliver for invoice {invoiceId} now', { invoiceId, error });
      }
    },
    async stop() {
      stopping.abort();
      await Promise.all([worker.stop(), recovery.stop()]);
    },
  };
}

/** Told at once it is a part of the request that brought it about; later, it is linked to it. */
function deliveryOf(rows: readonly OutboxRow[]): SpanStart {
  const links = rows.flatMap(({ traceparent }) => traceparent ?? []);
  return { name: `deliver ${rows[0]?.action ?? 'nothing'}`, kind: 'internal', links };
}
