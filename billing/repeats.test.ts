import { afterAll, beforeAll, expect, test } from 'bun:test';

import type { Idempotency } from 'platform/request-reader';

import { createCreditStore } from './credit-store.ts';
import { createCredit } from './credit.ts';
import { Invoice } from './invoice-contract.ts';
import type { Outbox } from './outbox.ts';
import { createInvoiceStore, type InvoiceStore } from './store.ts';
import { startTestBilling, type TestBilling } from './testing-billing.ts';
import { createVoid } from './void.ts';

let billing: TestBilling;
beforeAll(async () => {
  billing = await startTestBilling();
});
afterAll(() => billing.stop());

/** Nothing comes back into stock here. */
const outbox: Outbox = {
  deliverAdded: () => Promise.resolve(),
  deliver: () => Promise.resolve(),
  stop: () => Promise.resolve(),
};

test('a repeat that comes while an invoice is made void gets what the first request gets', async () => {
  const { id, version } = await issue();
  const idempotency = keyed('void');
  const makeVoid = (store: InvoiceStore) =>
    createVoid({ ...dependencies(), store })(
      id,
      `"${version}"`,
      { restock: false, reason: 'Erreur' },
      idempotency,
    );
  const first = Promise.withResolvers<Invoice>();
  const repeat = await makeVoid(
    beforeReading(async () => first.resolve(await makeVoid(dependencies().store))),
  );
  expect(repeat).toEqual(await first.promise);
});

test('a repeat that comes while an invoice is credited gets what the first request gets', async () => {
  const { id, version } = await issue();
  const idempotency = keyed('credit');
  const credit = (store: InvoiceStore) =>
    createCredit({ ...dependencies(), store })(
      id,
      `"${version}"`,
      { restock: false, reason: 'Retour' },
      idempotency,
    );
  const first = Promise.withResolvers<unknown>();
  const repeat: unknown = await credit(
    beforeReading(async () => first.resolve(await credit(dependencies().store))),
  );
  expect(repeat).toEqual(await first.promise);
});

function dependencies() {
  const { sql } = billing.database;
  const { clients } = billing.world;
  const store = createInvoiceStore(sql);
  return { sql, clients, outbox, store, credits: createCreditStore(sql) };
}

/** The store, with something done just before it reads. */
function beforeReading(work: () => Promise<void>): InvoiceStore {
  const { store } = dependencies();
  return {
    ...store,
    find: async (id) => {
      await work();
      return store.find(id);
    },
  };
}

const keyed = (key: string): Idempotency => ({ key, fingerprint: key });

async function issue(): Promise<Invoice> {
  const { app } = await billing.start();
  const [customer, product] = await Promise.all([billing.addCustomer(), billing.addProduct()]);
  const post = async (path: string, body?: object): Promise<Invoice> => {
    const headers = { 'content-type': 'application/json', 'if-match': '*' };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    return Invoice.parse(await (await app.request(path, sent)).json());
  };
  const lines = [{ productId: product.id, quantity: '1' }];
  const { id } = await post('/invoices', { customerId: customer.id, lines });
  return post(`/invoices/${id}/finalize`);
}
