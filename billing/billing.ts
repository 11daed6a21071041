import type { Database } from 'platform/database';
import type { AppOptions } from 'platform/start-service';

import { createBillingApp } from './app.ts';
import type { Clients } from './clients.ts';
import { createCreditStore } from './credit-store.ts';
import { createCredit } from './credit.ts';
import { createDeliveries } from './deliveries.ts';
import { startDemo } from './demo.ts';
import { createDraftStore } from './draft-store.ts';
import { createDrafts } from './drafts.ts';
import { createFinalize } from './finalize.ts';
import { createForget } from './forget.ts';
import { startOutbox } from './outbox.ts';
import { createSagaStore } from './saga-store.ts';
import { createSettingsStore } from './settings-store.ts';
import { createInvoiceStore } from './store.ts';
import { createVoid } from './void.ts';

type BillingDeps = {
  readonly sql: Database;
  readonly clients: Clients;
  /** Names this process, alike at its next start. */
  readonly owner: string;
  readonly options: AppOptions;
  /** Whether an empty database gets the demo's invoice. */
  readonly wantsDemo: boolean;
};

/** The whole of billing at work: what a crash left is taken up, the app is ready to be served. */
export async function startBilling({ sql, clients, owner, options, wantsDemo }: BillingDeps) {
  const { log, tracing } = options;
  const store = createInvoiceStore(sql);
  const sagas = createSagaStore(sql, { owner });
  for (const id of await sagas.recover({ atStart: true })) {
    log.warning('Issuing {id} was broken off: it is a draft again', { id });
  }
  const deliver = createDeliveries({ store, products: clients.products, log });
  const outbox = startOutbox({ sql, sagas, deliver, log, tracing });
  const drafts = createDrafts({ sql, store, draftStore: createDraftStore(sql), clients });
  const finalize = createFinalize({ sagas, clients, outbox, log });
  const makeVoid = createVoid({ sql, store, clients, outbox });
  const credits = createCreditStore(sql);
  const makeCredit = createCredit({ sql, store, credits, clients, outbox });
  const settings = createSettingsStore(sql);
  const forget = createForget({ sql, clients });
  const parts = { sql, store, drafts, finalize, makeVoid, credits, makeCredit, settings, forget };
  const app = createBillingApp({ ...parts, options });
  const demo = wantsDemo ? await startDemo({ sql, clients, drafts, finalize, log }) : undefined;
  return {
    app,
    stop: async () => {
      await demo?.stop();
      await outbox.stop();
    },
  };
}
