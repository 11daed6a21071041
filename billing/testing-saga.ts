import type { Product } from 'inventory/contract';
import { until } from 'platform/testing';

import type { Invoice } from './invoice-contract.ts';
import { startTestBilling } from './testing-billing.ts';

export const HEADERS = { 'content-type': 'application/json', 'if-match': '*' };

/** For tests of what issuing does step by step: billing, and words for what is seen of it. */
export async function testSagas() {
  const billing = await startTestBilling();
  const [{ app }, customer] = await Promise.all([billing.start(), billing.addCustomer()]);
  const { sql } = billing.database;
  const post = async (path: string, body: object = {}, through = app) => {
    const response = await through.request(path, {
      method: 'POST',
      headers: HEADERS,
      body: JSON.stringify(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  const outboxOf = (id: string) => sql<{ lastError: string; attempts: number }[]>`
    select last_error, attempts from outbox where invoice_id = ${id}
  `;
  return {
    billing,
    app,
    post,
    draftOf: async (product: Product, quantity = '1', notes = ''): Promise<Invoice> => {
      const lines = [{ productId: product.id, quantity }];
      return (await post('/invoices', { customerId: customer.id, notes, lines })).body;
    },
    finalize: (id: string, through = app) => post(`/invoices/${id}/finalize`, {}, through),
    read: async (id: string): Promise<Invoice> =>
      JSON.parse(await (await app.request(`/invoices/${id}`)).text()),
    outboxOf,
    delivered: (id: string) =>
      until(async () => (await outboxOf(id)).length === 0, { what: 'the delivery' }),
    /** Has what is there for an invoice tried again at once. */
    hurry: (id: string) => sql`update outbox set next_attempt_at = now() where invoice_id = ${id}`,
    real: () => billing.world.clients,
  };
}
