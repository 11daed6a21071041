import { openIssueLimit } from './billing-limit.ts';
import { type MeasuredSystem, startMeasuredSystem } from './billing-system.ts';
import { writeResults } from './results.ts';
import { manyAtATime, measure, middle, type Sample } from './samples.ts';

/**
 * Issues invoices of five lines through the gateway, a few or many at a time, beside the smallest
 * transaction that could do it (`billing-limit.ts`) on the same database server. Both take turns
 * within a round, so that what else the machine does hits both; the median of the rounds counts.
 */
const ROUNDS = 5;
/** How many are issued at a time, and how many of them in a round. */
const WIDTHS = [
  { width: 1, count: 60 },
  { width: 8, count: 240 },
  { width: 32, count: 480 },
];
const BUYERS = 64;
const BOUGHT = 320;
const PRODUCTS = 200;
const LINES = 5;
const WARM_UP = 600;

type Draft = { readonly id: string };

const system = await startMeasuredSystem();
const { api } = system;
const customerId = (await post<Draft>('/customers', { name: 'Dupont' })).id;
const products = await manyAtATime(16, PRODUCTS, (n) =>
  post<Draft>('/products', {
    sku: `P-${n}`,
    name: `Produit ${n}`,
    unitPrice: '12.34',
    initialQuantity: '1000000',
  }),
);
const total = WIDTHS.reduce((sum, { count }) => sum + count, 0) * ROUNDS;
const limit = await openIssueLimit(system.databaseUrl, {
  invoices: total + WARM_UP,
  connections: 32,
});

const { results, statements, contended } = await measureAll().finally(async () => {
  await limit.stop();
  await system.stop();
});

console.table(
  results.map(({ width, own, least }) => ({
    'at a time': width,
    'issued/s': Math.round(own.perSecond),
    'p50 ms': own.p50Ms.toFixed(1),
    'p99 ms': own.p99Ms.toFixed(1),
    'limit/s': Math.round(least.perSecond),
    'of the limit': percent(own.perSecond / least.perSecond),
  })),
);
console.table([
  {
    [`${BUYERS} buyers of one product, issued/s`]: Math.round(contended.same.perSecond),
    'of as many products': Math.round(contended.different.perSecond),
    share: percent(contended.same.perSecond / contended.different.perSecond),
  },
]);
for (const [width, count] of statements) {
  console.log(`${count.toFixed(1)} statements per issued invoice, ${width} at a time`);
}
await writeResults('billing', { rounds: ROUNDS, results, contended, statements });

async function measureAll() {
  await measure(32, await drafts(WARM_UP, LINES), issue);
  await measure(32, Array.from({ length: WARM_UP }), limit.issue);
  const results = [];
  for (const each of WIDTHS) results.push(await compare(each));
  const statements = await statementsPerInvoice(system);
  return { results, statements, contended: await compareBuyers() };
}

async function compare({ width, count }: (typeof WIDTHS)[number]) {
  const own: Sample[] = [];
  const least: Sample[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const prepared = await drafts(count, LINES);
    own.push(await measure(width, prepared, issue));
    least.push(await measure(width, Array.from({ length: count }), limit.issue));
  }
  return { width, own: middle(own), least: middle(least) };
}

/** A line each: of one product for all, then of as many products as there are buyers. */
async function compareBuyers() {
  const same: Sample[] = [];
  const different: Sample[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    same.push(await measure(BUYERS, await drafts(BOUGHT, 1, 1), issue));
    different.push(await measure(BUYERS, await drafts(BOUGHT, 1, BUYERS), issue));
  }
  return { same: middle(same), different: middle(different) };
}

async function statementsPerInvoice({ countStatements }: MeasuredSystem) {
  const counts: [number, number][] = [];
  for (const { width } of WIDTHS) {
    const prepared = await drafts(100, LINES);
    await countStatements();
    await measure(width, prepared, issue);
    counts.push([width, (await countStatements()) / prepared.length]);
  }
  return counts;
}

/** Drafts whose lines name products one after the other, out of so many. */
function drafts(count: number, lines: number, among = PRODUCTS): Promise<Draft[]> {
  return manyAtATime(16, count, (n) =>
    post<Draft>('/invoices', {
      customerId,
      lines: Array.from({ length: lines }, (_, line) => ({
        productId: products[(n * 7 + line * 37) % among]?.id,
        quantity: '1',
      })),
    }),
  );
}

function issue({ id }: Draft): Promise<unknown> {
  return post(`/invoices/${id}/finalize`, undefined, {
    'if-match': '"1"',
    'idempotency-key': id,
  });
}

async function post<T>(path: string, body?: object, headers: object = {}): Promise<T> {
  const response = await fetch(`${api}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot go on after ${response.status} for ${path}: ${text}`);
  return JSON.parse(text);
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
