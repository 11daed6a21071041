import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connect, type Database } from 'platform/database';
import { withDatabase } from 'platform/database-url';
import { freePort } from 'platform/ports';
import { until } from 'platform/testing';
import { type CollectedSpan, startCollector } from 'platform/trace-collector';
import { z } from 'zod';

import { startProcess, testServer } from './testing-world.ts';

type Process = Awaited<ReturnType<typeof startProcess>>;

const collector = startCollector();
const started: Process[] = [];
let folder: string;
let env: Record<string, string>;
let gateway: Process;
let inventory: Process;
let billing: Process;
let sql: Database;

const start = async (name: string, more: Record<string, string> = {}) => {
  const one = await startProcess(name, { ...env, ...more });
  started.push(one);
  return one;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trace-'));
  env = { DATA_DIR: folder, ...collector.env };
  env['EUREKA_URL'] = `${(await start('registry')).url}/eureka`;
  const PORT = String(await freePort('127.0.0.1'));
  [inventory, billing] = await Promise.all([
    start('inventory'),
    start('billing', { PORT }),
    start('customer'),
  ]);
  gateway = await start('gateway');
  sql = connect(withDatabase(testServer(), 'billing'));
}, 60_000);
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ child }) => child.exited));
  await sql.end();
  await rm(folder, { recursive: true });
  collector[Symbol.dispose]();
});

test('the trace of an invoice shows browser, gateway, billing, customer and inventory', async () => {
  const draft = await newDraft();
  const browser = newSpan();
  expect((await finalize(draft, browser)).status).toBe(200);
  const tree = {
    'gateway-service server POST': {
      'gateway-service client POST': {
        'billing-service server POST /invoices/{id}/finalize': {
          'billing-service client GET /customers': { 'customer-service server GET /customers': {} },
          'billing-service client POST /reservations': {
            'inventory-service server POST /reservations': {},
          },
          'billing-service internal deliver commit': {
            'billing-service client POST /reservation-commits': {
              'inventory-service server POST /reservation-commits': {},
            },
          },
        },
      },
    },
  };
  const inTrace = () => collector.spans.filter(({ traceId }) => traceId === browser.traceId);
  const spans = () => inTrace().filter((span) => !isTransaction(span));
  await until(() => spans().length >= 10, { what: 'all the spans' });
  expect(treeBelow(browser.spanId, spans())).toEqual(tree);
  const reserving = spans().find(
    ({ name, kind }) => name === 'POST /reservations' && kind === SERVER,
  );
  await until(() =>
    inTrace().some((span) => isTransaction(span) && span.parentSpanId === reserving?.spanId),
  );
}, 60_000);

test('what the inventory is told later, by the next start of billing, is linked to its request', async () => {
  const draft = await newDraft();
  const browser = newSpan();
  inventory.child.kill('SIGSTOP');
  const broken = finalize(draft, browser).catch(() => undefined);
  await until(async () => (await finalizations(draft.id)).length === 1, { what: 'the saga' });
  billing.child.kill('SIGKILL');
  await broken;
  inventory.child.kill('SIGCONT');
  billing = await start('billing', { PORT: new URL(billing.url).port });
  const isLinked = ({ links }: CollectedSpan) =>
    links.some(({ traceId }) => traceId === browser.traceId);
  // The first may have found nobody there yet: it is told until it is heard.
  const told = await until(() => collector.spans.filter(isLinked).find(reachesInventory));
  expect(told).toMatchObject({ name: 'deliver release', service: 'billing-service' });
  expect(told.traceId).not.toBe(browser.traceId);
}, 60_000);

const reachesInventory = ({ traceId }: CollectedSpan) =>
  collector.spans.some((span) => span.traceId === traceId && span.service === 'inventory-service');

const isTransaction = ({ name }: CollectedSpan) => name.startsWith('transaction ');

const call = (path: string, init: RequestInit = {}) => fetch(`${gateway.url}/api${path}`, init);

const Made = z.object({ id: z.string(), version: z.number() });
type Made = z.output<typeof Made>;

/** A record that is made as soon as the gateway has heard of the service. */
async function make(path: string, body: object) {
  return await until(async () => {
    const reply = await call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return reply.status === 201 ? Made.parse(await reply.json()) : undefined;
  });
}

async function newDraft() {
  const buyer = await make('/customers', { name: 'Hélène' });
  const product = {
    sku: crypto.randomUUID(),
    name: 'Lampe',
    unitPrice: '10',
    initialQuantity: '9',
  };
  const { id: productId } = await make('/products', product);
  return make('/invoices', { customerId: buyer.id, lines: [{ productId, quantity: '1' }] });
}

const finalize = (draft: Made, browser: ReturnType<typeof newSpan>) =>
  call(`/invoices/${draft.id}/finalize`, {
    method: 'POST',
    headers: { 'if-match': `"${draft.version}"`, traceparent: browser.traceparent },
  });

const finalizations = (id: string) => sql`select from finalization where invoice_id = ${id}`;

function newSpan() {
  const [traceId = '', spanId = ''] = [16, 8].map((bytes) =>
    crypto.getRandomValues(new Uint8Array(bytes)).toHex(),
  );
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-01` };
}

type Tree = { [span: string]: Tree };

const KINDS = ['', 'internal', 'server', 'client'];
const SERVER = KINDS.indexOf('server');

/** The spans below one as they stand in each other; of those of the gateway only the method. */
function treeBelow(parent: string, spans: readonly CollectedSpan[]): Tree {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === parent);
  return Object.fromEntries(
    children.map(({ service, kind, name, spanId }) => {
      const shown = service === 'gateway-service' ? name.split(' ')[0] : name;
      return [`${service} ${KINDS[kind]} ${shown}`, treeBelow(spanId, spans)];
    }),
  );
}
