import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  setDefaultTimeout,
  test,
} from 'bun:test';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startProcess } from './billing/testing-world.ts';
import { tablesOf } from './platform/bulk-store.ts';
import { copyOut } from './platform/copy-store.ts';
import { withDatabase } from './platform/database-url.ts';
import { connect } from './platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { databases } from './services.ts';

// Whole commands, several a test, each with processes and servers of its own.
setDefaultTimeout(180_000);

/** Texts that a careless format would take for its own. */
const AWKWARD = 'Tab\tand\nline, \\. \\N "quoted", Ünïcôde 🙂';

let folder: string;
let live: EmbeddedPostgres;
let spare: EmbeddedPostgres;
let running: Awaited<ReturnType<typeof startProcess>>[] = [];
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restore-'));
  await chmod(folder, 0o755); // A database server that root starts runs as another user.
  [live, spare] = await Promise.all([
    startEmbeddedPostgres({ dataDir: join(folder, 'live'), durable: false }),
    startEmbeddedPostgres({ dataDir: join(folder, 'spare'), durable: false }),
  ]);
  file = join(folder, 'whole.backup');
  const services = await startServices(live.url);
  const writers = Array.from({ length: 4 }, () => keepIssuing(services));
  await Promise.all(writers.map(({ begun }) => begun));
  expect(await run('backup', [join(folder, 'busy.backup')], live.url)).toMatchObject({ code: 0 });
  await Promise.all(writers.map(({ stop }) => stop()));
  await stopServices();
  expect(await run('backup', [file], live.url)).toMatchObject({ code: 0 });
});
afterEach(stopServices);
afterAll(async () => {
  await stopServices();
  await Promise.all([live?.stop(), spare?.stop()]);
  await rm(folder, { recursive: true });
});

test('what was backed up while invoices were issued is consistent', async () => {
  const { code, stdout } = await run('restore', [join(folder, 'busy.backup')], spare.url);
  expect(stdout).toMatch(
    /\n?\d+ invoices, \d+ credit notes read, 0 findings\nStock and ledger agree/,
  );
  expect(code).toBe(0);
});

test('a backup restored elsewhere is the same, row by row', async () => {
  expect(await run('restore', [file], spare.url)).toMatchObject({ code: 0 });
  const restored = await contentOf(spare.url);
  expect(restored).toEqual(await contentOf(live.url));
  expect(Object.values(restored).flat().join('')).toContain('Ünïcôde 🙂');
  // What COPY had to be let past is in place again, and sequences go on.
  expect(await shapeOf(spare.url)).toEqual(await shapeOf(live.url));
  const services = await startServices(spare.url);
  const issued = await issue(services);
  expect(issued.number).toBe(
    `F${new Date().getFullYear()}-${`${issuedCount + 1}`.padStart(5, '0')}`,
  );
});

test('a restore can be taken back', async () => {
  const before = await contentOf(spare.url);
  const services = await startServices(spare.url);
  await issue(services);
  await stopServices();
  const later = await contentOf(spare.url);
  expect(later).not.toEqual(before);
  expect(await run('restore', [file], spare.url)).toMatchObject({ code: 0 });
  expect(await contentOf(spare.url)).not.toEqual(later);
  expect(await run('restore', ['--undo'], spare.url)).toMatchObject({ code: 0 });
  expect(await contentOf(spare.url)).toEqual(later);
});

test('a server without DATABASE_URL is started for it, and stopped', async () => {
  const dataDir = join(folder, 'embedded');
  expect(await run('restore', [file], undefined, dataDir)).toMatchObject({ code: 0 });
  const again = join(folder, 'again.backup');
  expect(await run('backup', [again], undefined, dataDir)).toMatchObject({ code: 0 });
  expect(await run('backup', [again], undefined, dataDir)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`Cannot back up: '${again}' exists`),
  });
  expect(await run('restore', [again], spare.url)).toMatchObject({ code: 0 });
  expect(await contentOf(spare.url)).toEqual(await contentOf(live.url));
  expect((await readdir(dataDir)).includes('run.json')).toBe(false);
});

test('a file that is not a whole backup of ours is refused in one line, and nothing changes', async () => {
  const before = await contentOf(spare.url);
  const bytes = await Bun.file(file).bytes();
  const flipped = bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1);
  const newer = Buffer.from(bytes);
  newer.write('comptoir-backup 2\n');
  const cases = [
    ['cut', bytes.subarray(0, -100), /damaged: it was cut short or changed/],
    ['stub', bytes.subarray(0, 30), /damaged/],
    ['changed', flipped, /damaged/],
    ['text', Buffer.from('{}'), /is not a backup/],
    ['empty', Buffer.alloc(0), /is not a backup/],
    ['newer', newer, /written by a newer version/],
  ] as const;
  for (const [name, content, complaint] of cases) {
    const path = join(folder, name);
    await Bun.write(path, content);
    const { code, stderr } = await run('restore', [path], spare.url);
    expect(stderr.split('\n').at(-2)).toMatch(/^Cannot restore: /);
    expect(stderr).toMatch(complaint);
    expect(code).toBe(1);
  }
  expect(await run('restore', [join(folder, 'none')], spare.url)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot read'),
  });
  expect(await contentOf(spare.url)).toEqual(before);
});

test('is refused while services are connected', async () => {
  await startServices(spare.url);
  const { code, stderr } = await run('restore', [file], spare.url);
  expect(stderr).toMatch(/stop the services first/);
  expect(code).toBe(1);
});

describe('a kill', () => {
  let old: Awaited<ReturnType<typeof contentOf>>;

  test('of a restore finds other data in place', async () => {
    await issue(await startServices(spare.url));
    await stopServices();
    old = await contentOf(spare.url);
    expect(old).not.toEqual(await contentOf(live.url));
  });

  test.each(['Reading', 'customer.customer:', 'inventory.product:', 'billing.schema_migration:'])(
    'of a restore at "%s" leaves it whole',
    async (moment) => {
      await killAt(moment);
      expect(await contentOf(spare.url)).toEqual(old);
    },
  );

  test('of a restore after that leaves the new data, and the next restore clears up', async () => {
    await killAt('Restored');
    expect(await contentOf(spare.url)).toEqual(await contentOf(live.url));
    expect(await run('restore', [file], spare.url)).toMatchObject({ code: 0 });
    const names = databases.flatMap(({ name }) => [name, `${name}_before_restore`]);
    expect(await databasesOn(spare.url)).toEqual(names.toSorted());
  });
});

test('a backup that is killed leaves nothing that could be taken for one', async () => {
  const path = join(folder, 'killed.backup');
  await killAt('customer.customer:', 'backup', path, live.url);
  expect(await Bun.file(path).exists()).toBe(false);
  expect(await run('backup', [path], live.url)).toMatchObject({ code: 0 });
  const left = (await readdir(folder)).filter((name) => name.startsWith('killed.backup'));
  expect(left).toEqual(['killed.backup']);
});

function start(command: string, words: string[], url: string | undefined, dataDir = folder) {
  return Bun.spawn([process.execPath, `${command}.ts`, ...words], {
    cwd: import.meta.dir,
    env: { ...process.env, DATABASE_URL: url ?? '', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(...[command, words, url, dataDir]: Parameters<typeof start>) {
  const child = start(command, words, url, dataDir);
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}

/** Runs a command until it says so, and kills it then. */
async function killAt(moment: string, command = 'restore', path = file, url = spare.url) {
  const child = start(command, [path], url);
  let said = '';
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (said.includes(moment)) child.kill('SIGKILL');
  }
  expect(said).toContain(moment);
  expect(await child.exited).toBe(137);
}

/** Every row of every table, sorted. */
async function contentOf(url: string): Promise<Record<string, string[]>> {
  const content: Record<string, string[]> = {};
  for (const { name } of databases) {
    const sql = connect(withDatabase(url, name), { maxConnections: 1 });
    for (const table of await tablesOf(sql)) {
      const rows = Buffer.concat(await Array.fromAsync(await copyOut(sql, table)));
      content[`${name}.${table.table}`] = rows.toString().split('\n').toSorted();
    }
    await sql.end();
  }
  return content;
}

/** What there is besides rows. */
async function shapeOf(url: string) {
  const shapes = [];
  for (const { name } of databases) {
    const sql = connect(withDatabase(url, name), { maxConnections: 1 });
    shapes.push([
      ...(await sql`select indexdef from pg_indexes where schemaname = 'public' order by 1`),
      ...(await sql`
        select conname, conrelid::regclass::text, convalidated, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2
      `),
      ...(await sql`
        select tgrelid::regclass::text, tgname, tgenabled from pg_trigger
        where not tgisinternal order by 1, 2
      `),
      ...(await sql`select sequencename, last_value from pg_sequences order by 1`),
    ]);
    await sql.end();
  }
  return shapes;
}

async function databasesOn(url: string): Promise<string[]> {
  const sql = connect(url, { maxConnections: 1 });
  const rows = await sql<{ name: string }[]>`
    select datname as name from pg_database
    where datname <> 'postgres' and not datistemplate order by datname
  `;
  await sql.end();
  return rows.map(({ name }) => name);
}

type Services = {
  readonly customers: string;
  readonly products: string;
  readonly invoices: string;
};
let issuedCount = 0;

async function startServices(url: string): Promise<Services> {
  const env = { DATABASE_URL: url, DATA_DIR: folder, LOG_LEVEL: 'info' };
  const start = async (name: string, more = {}) => {
    const service = await startProcess(name, { ...env, ...more });
    running.push(service);
    return service.url;
  };
  const [customers, products] = await Promise.all([start('customer'), start('inventory')]);
  const addresses = `customer-service=${customers},inventory-service=${products}`;
  return {
    customers,
    products,
    invoices: await start('billing', { SERVICE_ADDRESSES: addresses }),
  };
}

async function stopServices(): Promise<void> {
  const stopping = running;
  running = [];
  for (const { child } of stopping) child.kill();
  await Promise.all(stopping.map(({ child }) => child.exited));
}

async function post(url: string, body: object) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text);
}

/** An invoice with everything that can happen to one. */
async function issue({ customers, products, invoices }: Services) {
  const customer = await post(`${customers}/customers`, { name: 'Hélène', street: 'a\\.b' });
  const sku = crypto.randomUUID();
  const product = await post(`${products}/products`, {
    sku,
    name: `Lampe ${sku}`,
    unitPrice: '12.345678',
    initialQuantity: '10.500',
  });
  const line = { productId: product.id, quantity: '1.250' };
  const draft = { customerId: customer.id, notes: AWKWARD, lines: [line] };
  await post(`${invoices}/invoices`, draft);
  const { id } = await post(`${invoices}/invoices`, draft);
  const issued = await post(`${invoices}/invoices/${id}/finalize`, {});
  const paid = { amountMinor: 100, paidOn: issued.issueDate };
  await post(`${invoices}/invoices/${id}/payments`, paid);
  await post(`${invoices}/invoices/${id}/credit-notes`, {
    reason: 'Retour \\. 🙂',
    restock: true,
    lines: [{ line: 0, quantity: '0.5' }],
  });
  return issued;
}

/** Issues one after the other until it is stopped. */
function keepIssuing(services: Services) {
  const over = new AbortController();
  const begun = Promise.withResolvers<void>();
  const ended = (async () => {
    while (!over.signal.aborted) {
      await issue(services);
      issuedCount += 1;
      begun.resolve();
    }
  })();
  ended.catch(begun.reject);
  return {
    begun: begun.promise,
    stop: async () => {
      over.abort();
      await ended;
    },
  };
}
