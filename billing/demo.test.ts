import { afterAll, beforeAll, expect, test } from 'bun:test';

import { fixedDiscovery } from 'platform/discovery';
import { until } from 'platform/testing';

import { type Clients, createClients } from './clients.ts';
import { startTestBilling, type TestBilling } from './testing-billing.ts';

let billing: TestBilling;
let clients: Clients;

beforeAll(async () => {
  billing = await startTestBilling();
  await billing.addCustomer({ name: 'Hassan' });
  const items = [await billing.addProduct(), await billing.addProduct({ initialQuantity: '2' })];
  const { customers, products } = billing.world.clients;
  // Of what other tests left at the inventory the demo is to see nothing.
  const page = { items, page: 0, size: 3, total: 2, totalIsExact: true };
  const list = Object.assign(() => Promise.resolve(page), products.list);
  clients = { customers, products: { ...products, list } };
});
afterAll(() => billing.stop());

const invoices = () => billing.database.sql<{ number: string; status: string; lines: number }[]>`
  select number, status, (
    select count(*)::int from invoice_line where invoice_id = invoice.id
  ) as lines
  from invoice
`;
const isOver = () =>
  until(async () => (await billing.database.sql`select from demo_task`).length === 0);

test('the demo waits for the services that it needs, without keeping billing from starting', async () => {
  const { app, stop } = await billing.start({
    wantsDemo: true,
    clients: createClients({ discovery: fixedDiscovery({}) }),
  });
  expect((await app.request('/invoices')).status).toBe(200);
  expect([...(await invoices())]).toEqual([]);
  await stop();
});

test('two processes raise one invoice, with a line per product', async () => {
  await Promise.all([
    billing.start({ wantsDemo: true, clients }),
    billing.start({ wantsDemo: true, clients }),
  ]);
  await isOver();
  expect([...(await invoices())]).toEqual([
    { number: expect.stringMatching(/^F\d{4}-00001$/), status: 'open', lines: 2 },
  ]);
});

test('a later start raises none, even when there is no invoice any more', async () => {
  await billing.stopAll();
  await billing.start({ wantsDemo: true, clients });
  await isOver();
  expect([...(await invoices())]).toHaveLength(1);
});
