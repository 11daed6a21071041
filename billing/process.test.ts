import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { customers } from 'customer/contract';
import { products } from 'inventory/contract';
import { connect, type Database } from 'platform/database';
import { withDatabase } from 'platform/database-url';
import { fixedDiscovery } from 'platform/discovery';
import { feign } from 'platform/feign';
import { freePort } from 'platform/ports';
import type { RemoteError } from 'platform/remote-error';
import { until } from 'platform/testing';

import { type Clients, createClients } from './clients.ts';
import { invoices } from './contract.ts';
import { startProcess, testServer } from './testing-world.ts';

type Process = Awaited<ReturnType<typeof startProcess>>;

let folder: string;
let env: Record<string, string>;
let registry: Process;
let customer: Process;
let inventory: Process;
let clients: Clients;
let sql: Database;
const started: Process[] = [];

const start = async (name: string, more: Record<string, string> = {}) => {
  const process = await startProcess(name, { ...env, ...more });
  started.push(process);
  return process;
};
const kill = ({ child }: Process) => {
  child.kill('SIGKILL');
  return child.exited;
};
const billingAt = ({ url }: Process) =>
  feign(invoices, { discovery: fixedDiscovery({ [invoices.service]: [url] }), retries: 0 });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'billing-'));
  env = { DATA_DIR: folder };
  registry = await start('registry');
  env['EUREKA_URL'] = `${registry.url}/eureka`;
  [customer, inventory] = await Promise.all([start('customer'), start('inventory')]);
  clients = createClients({
    discovery: fixedDiscovery({
      [customers.service]: [customer.url],
      [products.service]: [inventory.url],
    }),
  });
  sql = connect(withDatabase(testServer(), 'billing'));
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ child }) => child.exited));
  await sql.end();
  await rm(folder, { recursive: true });
});

const buy = async (quantity: string) => {
  const buyer = await clients.customers.create({ body: { name: 'Hélène' } });
  const product = await clients.products.create({
    body: {
      sku: crypto.randomUUID(),
      name: 'Lampe',
      unitPrice: '10',
      initialQuantity: '10',
    },
  });
  return {
    productId: product.id,
    input: { customerId: buyer.id, lines: [{ productId: product.id, quantity }] },
  };
};
const stockOf = async (id: string) => {
  const { onHand, reserved } = await clients.products.get({ id });
  return [Number(onHand), Number(reserved)];
};

test('a process killed while it issues leaves a draft, which its next start gives back', async () => {
  const PORT = String(await freePort('127.0.0.1'));
  const first = await start('billing', { PORT });
  const { productId, input } = await buy('4');
  const draft = await until(
    // The registry has yet to tell where the others are.
    () =>
      billingAt(first)
        .create({ body: input })
        .catch(() => undefined),
    { what: 'the first draft' },
  );

  inventory.child.kill('SIGSTOP');
  const broken = billingAt(first)
    .finalize({ id: draft.id, ifMatch: 1 })
    .catch(() => 'broken');
  await until(async () => (await finalizations(draft.id)).length === 1, { what: 'the saga' });
  first.child.kill('SIGKILL');
  expect(await broken).toBe('broken');
  inventory.child.kill('SIGCONT');

  const second = await start('billing', { PORT });
  expect(await billingAt(second).get({ id: draft.id })).toEqual(draft);
  await until(async () => (await stockOf(productId))[1] === 0, { what: 'the release' });
  const issued = await until(
    () =>
      billingAt(second)
        .finalize({ id: draft.id, ifMatch: 1 })
        .catch(() => undefined),
    { what: 'the issue' },
  );
  expect(issued.status).toBe('open');
  expect(await stockOf(productId)).toEqual([6, 0]);
  second.child.kill('SIGTERM');
  expect(await second.child.exited).toBe(0);
}, 60_000);

test('an invoice is issued though the browser leaves once its stock is put aside', async () => {
  const issuing = await start('billing');
  const { url } = await start('gateway');
  const { productId, input } = await buy('2');
  const draft = await until(() =>
    billingAt(issuing)
      .create({ body: input })
      .catch(() => undefined),
  );
  const finalizeUrl = `${url}/api/invoices/${draft.id}/finalize`;
  await until(async () => (await fetch(finalizeUrl)).status === 405, { what: 'the route' });
  const browser = new AbortController();
  customer.child.kill('SIGSTOP');
  const left = fetch(finalizeUrl, {
    method: 'POST',
    headers: { 'if-match': '"1"' },
    signal: browser.signal,
  }).catch(() => 'left');
  await until(async () => (await stockOf(productId))[1] === 2, { what: 'the reservation' });
  browser.abort();
  expect(await left).toBe('left');
  customer.child.kill('SIGCONT');
  await until(async () => (await billingAt(issuing).get({ id: draft.id })).status === 'open');
  await until(async () => (await stockOf(productId))[1] === 0, { what: 'the commit' });
  expect(await stockOf(productId)).toEqual([8, 0]);
}, 60_000);

test('two processes share the work and number without a gap', async () => {
  const both = [await start('billing'), await start('billing')].map(billingAt);
  const { productId, input } = await buy('1');
  const of = (n: number) => both[n % 2]!;
  await until(() =>
    of(0)
      .create({ body: input })
      .catch(() => undefined),
  );
  await until(() =>
    of(1)
      .create({ body: input })
      .catch(() => undefined),
  );
  const issued = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const { id } = await of(n).create({ body: input });
      return of(n + 1).finalize({ id, ifMatch: 1 });
    }),
  );
  const numbers = issued.map(({ number }) => Number(number?.split('-')[1]));
  expect(Math.max(...numbers) - Math.min(...numbers)).toBe(9);
  expect(new Set(numbers).size).toBe(10);
  expect(await stockOf(productId)).toEqual([0, 0]);
}, 60_000);

test('what invoices and drafts name cannot be deleted, wherever it is kept', async () => {
  const REFERRERS = 'billing-service';
  const [buyers, shelves, billing] = await Promise.all([
    start('customer', { REFERRERS }),
    start('inventory', { REFERRERS }),
    start('billing'),
  ]);
  const { customers: atCustomer, products: atInventory } = createClients({
    discovery: fixedDiscovery({
      [customers.service]: [buyers.url],
      [products.service]: [shelves.url],
    }),
  });
  const { productId, input } = await buy('1');
  const { id } = await until(() =>
    billingAt(billing)
      .create({ body: input })
      .catch(() => undefined),
  );
  const removals = [
    () => atCustomer.remove({ id: input.customerId, ifMatch: '*' }),
    () => atInventory.remove({ id: productId, ifMatch: '*' }),
  ];
  for (const remove of removals) {
    const error = await until(() =>
      remove().then(
        () => undefined,
        (error: RemoteError) => (error.status === 503 ? undefined : error),
      ),
    );
    expect(error.problem?.type).toBe('/problems/in-use');
    expect(error.problem?.detail).toContain('drafts: 1');
  }
  await billingAt(billing).remove({ id, ifMatch: '*' });
  for (const remove of removals) await remove();
  await kill(buyers);
}, 60_000);

test('whom the customer service forgets, drafts and searches forget, though both were killed meanwhile', async () => {
  const PORT = String(await freePort('127.0.0.1'));
  const toBilling = {
    PORT,
    SERVICE_ADDRESSES: `${customers.service}=${customer.url},${products.service}=${inventory.url}`,
  };
  const toCustomer = {
    REFERRERS: invoices.service,
    SERVICE_ADDRESSES: `${invoices.service}=http://127.0.0.1:${PORT}`,
  };
  const name = `Zoé ${crypto.randomUUID()}`;
  const { id: customerId } = await clients.customers.create({ body: { name } });
  const billing = await start('billing', toBilling);
  const { id } = await billingAt(billing).create({ body: { customerId, lines: [] } });
  await kill(billing);

  const telling = await start('customer', toCustomer);
  await clients.customers.anonymise({ id: customerId, ifMatch: 1 });
  const atCustomer = connect(withDatabase(testServer(), 'customer'));
  const forgotten = async () => {
    const [row] = await atCustomer<{ attempts: number; toldAt: string | null }[]>`
      select attempts, told_at from forgotten where customer_id = ${customerId}
    `;
    return row;
  };
  await until(async () => ((await forgotten())?.attempts ?? 0) > 0, { what: 'a try in vain' });
  await kill(telling);

  const again = billingAt(await start('billing', toBilling));
  expect((await again.get({ id })).buyer.name).toBe(name);
  await start('customer', toCustomer);
  await atCustomer`update forgotten set next_attempt_at = now()`;
  await until(async () => (await forgotten())?.toldAt != null, { what: 'the answer' });
  expect((await again.get({ id })).buyer.name).toBe('Client anonymisé');
  expect((await again.list({ q: name })).items).toEqual([]);
  expect(await sql`select from invoice_buyer where name = ${name}`).toHaveLength(0);
  await atCustomer.end();
}, 60_000);

/** The inventory, seen through somebody who holds one call back: before it is made, or its answer. */
function heldBack(path: string, when: 'before' | 'after') {
  const reached = Promise.withResolvers<void>();
  let isHolding = true;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const pass = async () => {
        const { method, headers } = request;
        const body = method === 'GET' ? null : await request.arrayBuffer();
        return fetch(`${inventory.url}${pathname}${search}`, { method, headers, body });
      };
      if (!isHolding || pathname !== path) return pass();
      if (when === 'after') await pass();
      reached.resolve();
      return new Promise<Response>(() => undefined);
    },
  });
  return {
    url: server.url.origin,
    reached: reached.promise,
    letGo: () => {
      isHolding = false;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

test.each([
  ['/reservations', 'before', 'draft'],
  ['/reservations', 'after', 'draft'],
  ['/reservation-commits', 'before', 'open'],
  ['/reservation-commits', 'after', 'open'],
] as const)(
  'a process killed at %s, %s it is done, leaves an invoice that is %s, and the stock is right',
  async (path, when, status) => {
    using inBetween = heldBack(path, when);
    const PORT = String(await freePort('127.0.0.1'));
    const SERVICE_ADDRESSES = `${customers.service}=${customer.url},${products.service}=${inBetween.url}`;
    const first = await start('billing', { PORT, SERVICE_ADDRESSES });
    const { productId, input } = await buy('4');
    const { id } = await billingAt(first).create({ body: input });
    const broken = billingAt(first)
      .finalize({ id, ifMatch: 1 })
      .catch(() => 'broken');
    await inBetween.reached;
    first.child.kill('SIGKILL');
    expect(await broken).toBe('broken');
    inBetween.letGo();

    const second = billingAt(await start('billing', { PORT, SERVICE_ADDRESSES }));
    const invoice = await second.get({ id });
    expect(invoice.status).toBe(status);
    const stock = status === 'open' ? [6, 0] : [10, 0];
    await until(async () => Bun.deepEquals(await stockOf(productId), stock), {
      what: 'the stock',
      timeoutMs: 20_000,
    });
    if (status === 'draft') {
      const issued = await until(() => second.finalize({ id, ifMatch: 1 }).catch(() => undefined));
      expect(issued.status).toBe('open');
    }
    expect(await stockOf(productId)).toEqual([6, 0]);
    const { items } = await clients.products.movements({ id: productId });
    expect(items.filter(({ reason }) => reason === 'sale')).toHaveLength(1);
  },
  60_000,
);

const finalizations = (id: string) => sql`select from finalization where invoice_id = ${id}`;
