import { expect } from 'bun:test';

import { only, recordStatuses, type StatusRecorder } from 'platform/contract-testing';

import type { Clients } from './clients.ts';
import { invoices } from './contract.ts';
import type { Invoice } from './invoice-contract.ts';
import { recentDay, startTestBilling } from './testing-billing.ts';

type OperationName = keyof (typeof invoices)['operations'];

/** In which test file every status of an operation is produced, `drafts` for `drafts-api.test.ts`. */
const TESTED_IN = {
  list: 'lists',
  create: 'drafts',
  get: 'drafts',
  update: 'draft-changes',
  patch: 'draft-changes',
  remove: 'draft-changes',
  finalize: 'issue',
  void: 'void',
  pay: 'payments',
  payments: 'payments',
  writeOff: 'payments',
  history: 'history',
  credit: 'credits',
  creditNotes: 'credits',
  creditNote: 'credits',
  settings: 'settings',
  updateSettings: 'settings',
  patchSettings: 'settings',
  settingsHistory: 'settings',
  references: 'app',
  forget: 'app',
  customerFigures: 'app',
  figures: 'app',
  figureTable: 'app',
} as const satisfies Record<OperationName, string>;

type Subject = (typeof TESTED_IN)[OperationName];

export const RECENT = recentDay();
export const UNKNOWN = '01930000-0000-7000-8000-00000000ffff';

/** A good body for each operation that takes one. */
const bodies = {
  create: { customerId: UNKNOWN, lines: [] },
  update: { customerId: UNKNOWN, lines: [] },
  patch: {},
  void: { restock: false, reason: 'x' },
  credit: { restock: false, reason: 'x' },
  pay: { amountMinor: 1, paidOn: RECENT },
  updateSettings: { seller: {} },
  patchSettings: {},
  forget: { forgottenAt: '2026-11-22T12:00:00Z' },
};

export type BillingApi = Awaited<ReturnType<typeof testBillingApi>>;

/** For tests about a subject: billing among the real services, and words for what is sent to it. */
export async function testBillingApi(subject?: Subject) {
  const billing = await startTestBilling();
  const { app } = await billing.start();
  let current = app;
  const request: typeof app.request = (...args) => current.request(...args);
  const recorder = recordStatuses(Object.assign(Object.create(app), { request }), invoices);
  const [customer, product] = await Promise.all([
    billing.addCustomer({ name: 'Hélène Dupont', city: 'Marseille' }),
    billing.addProduct({ name: 'Lampe', unit: 'pièce', initialQuantity: '100000' }),
  ]);
  const lines = (...quantities: string[]) =>
    quantities.map((quantity) => ({ productId: product.id, quantity }));
  const draftOf = (body: object = {}) => ({ customerId: customer.id, lines: lines('2'), ...body });
  const words = wordsOf(recorder, draftOf);
  const state = async () =>
    (
      await billing.database.sql`
    select (select count(*)::int from invoice) as invoices,
           (select md5(string_agg(t::text, ',' order by id)) from invoice t) as fields,
           (select md5(string_agg(t::text, ',' order by invoice_id, position)) from invoice_line t)
             as lines,
           (select count(*)::int from payment) as payments,
           (select count(*)::int from credit_note) as "creditNotes",
           (select version from company) as settings
  `
    )[0];
  return {
    billing,
    app,
    recorder,
    customer,
    product,
    lines,
    draftOf,
    ...words,
    /** All that a request may change, to be compared. */
    state,
    /** Does something while billing sees the services it needs through other clients. */
    async among<T>(clients: Clients, act: () => Promise<T>): Promise<T> {
      current = (await billing.start({ clients })).app;
      return act().finally(() => (current = app));
    },
    badInput: {
      contract: only(invoices, ...operationsOf(subject)),
      whole: invoices,
      bodies,
      recorder,
      prepare: once(async () => {
        const [draft, issued] = [await words.add(), await words.issue()];
        return [draft.id, issued.id, customer.id, product.id];
      }),
      state,
      hostileRuns: 100,
    },
    stop: () => billing.stop(),
  };
}

export const pointersOf = ({ errors }: { errors: { pointer: string }[] }) =>
  errors.map(({ pointer }) => pointer);

function wordsOf({ send }: StatusRecorder, draftOf: (body?: object) => object) {
  const anyVersion = { ifMatch: '*' };
  const add = async (body: object = {}): Promise<Invoice> => {
    const answer = await send('POST /invoices', { body: draftOf(body) });
    expect(answer.body).toMatchObject({ status: 'draft' });
    return answer.body;
  };
  const finalize = (id: string, request: object = anyVersion) =>
    send(`POST /invoices/${id}/finalize`, request);
  return {
    send,
    add,
    finalize,
    issue: async (body: object = {}): Promise<Invoice> => {
      const answer = await finalize((await add(body)).id);
      expect(answer.status).toBe(200);
      return answer.body;
    },
    read: async (id: string): Promise<Invoice> => (await send(`GET /invoices/${id}`)).body,
    pay: (id: string, amountMinor: number, request: object = anyVersion) =>
      send(`POST /invoices/${id}/payments`, {
        body: { amountMinor, paidOn: RECENT },
        ...request,
      }),
    makeVoid: (id: string, restock: boolean, request: object = anyVersion) =>
      send(`POST /invoices/${id}/void`, { body: { restock, reason: 'Erreur' }, ...request }),
    giveUp: (id: string, request: object = anyVersion) =>
      send(`POST /invoices/${id}/uncollectible`, request),
    credit: (id: string, body: object = {}, request: object = anyVersion) =>
      send(`POST /invoices/${id}/credit-notes`, {
        body: { reason: 'Retour', restock: false, ...body },
        ...request,
      }),
    put: (body: object, request: object = anyVersion) =>
      send('PUT /settings', { body, ...request }),
    patchSettings: (body: object, request: object = anyVersion) =>
      send('PATCH /settings', { body, ...request }),
  };
}

const operationsOf = (subject?: Subject): string[] =>
  Object.entries(TESTED_IN).flatMap(([name, file]) => (file === subject ? [name] : []));

/** Made when it is first asked for, and kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
