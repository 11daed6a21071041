import type { Database } from 'platform/database';
import { implement, type ImplementOptions } from 'platform/implement';
import { assertMatch, whenMatching } from 'platform/problem';

import { invoices } from './contract.ts';
import type { CreditStore } from './credit-store.ts';
import type { MakeCredit } from './credit.ts';
import { readCustomerFigures } from './customer-figures-store.ts';
import { assertPaidOn } from './days.ts';
import type { Drafts } from './drafts.ts';
import { figuresCsv } from './figures-csv.ts';
import { readFigures } from './figures-store.ts';
import type { Finalize } from './finalize.ts';
import type { Forget } from './forget.ts';
import { readHistory } from './history-store.ts';
import type { Invoice } from './invoice-contract.ts';
import { assertOpen, assertPayable } from './invoices.ts';
import { listCreditNotes, listPayments } from './ledger-store.ts';
import { listInvoices } from './list-store.ts';
import { readReferences } from './reference-store.ts';
import type { SettingsStore } from './settings-store.ts';
import { patchedSettings } from './settings.ts';
import type { InvoiceStore } from './store.ts';
import { readToday } from './today-store.ts';
import type { MakeVoid } from './void.ts';

type AppDeps = {
  readonly sql: Database;
  readonly store: InvoiceStore;
  readonly drafts: Drafts;
  readonly finalize: Finalize;
  readonly makeVoid: MakeVoid;
  readonly credits: CreditStore;
  readonly makeCredit: MakeCredit;
  readonly settings: SettingsStore;
  readonly forget: Forget;
  readonly options: ImplementOptions;
};

/** The billing service's API. */
export function createBillingApp(deps: AppDeps) {
  const { sql, store, drafts, finalize, makeVoid, credits, makeCredit, settings, forget, options } =
    deps;
  return implement(
    invoices,
    {
      list: (query) => listInvoices(sql, query),
      create: ({ body }, { idempotency }) => drafts.create(body, idempotency),
      get: ({ id }) => store.find(id),
      update: ({ id, ifMatch, body }) => drafts.replace(id, ifMatch, body),
      patch: ({ id, ifMatch, body }) => drafts.patch(id, ifMatch, body),
      remove: async ({ id, ifMatch }) => {
        await drafts.remove(id, ifMatch);
        return undefined;
      },
      finalize: ({ id, ifMatch }, { idempotency }) => finalize(id, ifMatch, idempotency),
      void: ({ id, ifMatch, body }, { idempotency }) => makeVoid(id, ifMatch, body, idempotency),
      pay: async ({ id, ifMatch, body }, { idempotency }) => {
        const today = await readToday(sql);
        const assertAllowed = (current: Invoice) => {
          assertMatch(ifMatch, current);
          assertPayable(current, body.amountMinor);
          assertPaidOn(current, body.paidOn, today);
        };
        return store.pay(id, body, assertAllowed, idempotency);
      },
      writeOff: ({ id, ifMatch }, { idempotency }) => {
        const assertAllowed = (current: Invoice) => {
          assertMatch(ifMatch, current);
          assertOpen(current);
        };
        return store.writeOff(id, assertAllowed, idempotency);
      },
      history: ({ id, ...query }) => readHistory(sql, id, query),
      payments: async ({ id, ...query }) => {
        await store.find(id);
        return listPayments(sql, id, query);
      },
      credit: ({ id, ifMatch, body }, { idempotency }) =>
        makeCredit(id, ifMatch, body, idempotency),
      creditNotes: async ({ id, ...query }) => {
        await store.find(id);
        return listCreditNotes(sql, id, query);
      },
      creditNote: ({ id, noteId }) => credits.find(id, noteId),
      references: (referred) => readReferences(sql, referred),
      forget,
      customerFigures: ({ id }) => readCustomerFigures(sql, id),
      figures: (query) => readFigures(sql, query),
      figureTable: async ({ table, notation, ...query }) =>
        figuresCsv(await readFigures(sql, { ...query, top: null }), table, notation),
      settings: () => settings.read(),
      updateSettings: ({ ifMatch, body }) => settings.change(whenMatching(ifMatch, () => body)),
      patchSettings: ({ ifMatch, body }) =>
        settings.change(whenMatching(ifMatch, (current) => patchedSettings(current, body))),
      settingsHistory: (query) => settings.history(query),
    },
    options,
  );
}
