import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withDatabase } from './platform/database-url.ts';
import { connect, type Database } from './platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './platform/embedded-postgres.ts';
import { until } from './platform/testing.ts';

// Whole commands, several a test.
setDefaultTimeout(180_000);

let folder: string;
let server: EmbeddedPostgres;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seed-'));
  await chmod(folder, 0o755); // A database server that root starts runs as another user.
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true });
});

const run = (script: string, ...words: string[]) => runOn(server.url, script, ...words);

async function runOn(url: string, script: string, ...words: string[]) {
  const child = Bun.spawn([process.execPath, script, ...words], {
    cwd: import.meta.dir,
    env: { ...process.env, DATABASE_URL: url, DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { code: await child.exited, stdout, stderr };
}
const sizes = ['--customers', '60', '--products', '40', '--invoices', '600'];
const seed = (...words: string[]) => run('seed.ts', ...sizes, '--until', '2026-11-22', ...words);

async function within<T>(name: string, read: (sql: Database) => Promise<T>): Promise<T> {
  const sql = connect(withDatabase(server.url, name), { maxConnections: 1 });
  try {
    return await read(sql);
  } finally {
    await sql.end();
  }
}
const sealOfAll = () =>
  within('billing', (sql) => sql`select last_hash from number_series order by series, year`);

test('seeded books are right: numbers, seals, totals, figures, and stock with its ledger', async () => {
  expect(await seed()).toMatchObject({ code: 0 });
  const verified = await run('billing/verify-command.ts');
  expect(verified.stdout).toMatch(/^588 invoices, [1-9]\d* credit notes read, 0 findings/);
  expect(verified.code).toBe(0);
  expect(await run('inventory/reconcile.ts')).toMatchObject({
    code: 0,
    stdout: 'Stock and ledger agree\n',
  });
});

test.each(['billing/verify-command.ts', 'inventory/reconcile.ts'])(
  '%s says in one line when it cannot read the books',
  async (script) => {
    const { code, stdout, stderr } = await runOn('postgres://postgres@127.0.0.1:1/none', script);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^Cannot [^\n]+\n$/);
  },
);

test('histories tell how everything came to be what it is', async () => {
  const untold = await within(
    'billing',
    (sql) => sql`
      with told as (
        select distinct on (record_id, change ->> 'field')
               record_id, change ->> 'field' as field, change ->> 'after' as value
        from audit_event, json_array_elements(changes) as change
        order by record_id, change ->> 'field', seq desc
      ),
      kept as (
        select id, key as field, value
        from invoice, jsonb_each_text(jsonb_build_object(
          'status', status, 'number', number, 'dueDate', due_date, 'voidReason', void_reason,
          'paidMinor', paid_minor, 'creditedMinor', credited_minor,
          'balanceMinor', gross_minor - paid_minor - credited_minor
        ))
      )
      select kept.*, told.value as told
      from kept left join told on record_id = id and told.field = kept.field
      where told.value is distinct from kept.value
    `,
  );
  expect([...untold]).toEqual([]);
  const actions = await within(
    'billing',
    (sql) => sql<{ action: string; count: number }[]>`
      select action, count(*)::int from audit_event group by action order by action
    `,
  );
  expect(actions.map(({ action }) => action)).toEqual([
    'created',
    'credited',
    'issued',
    'paid',
    'voided',
    'written-off',
  ]);
  for (const [name, table] of [
    ['customer', 'customer'],
    ['inventory', 'product'],
  ] as const) {
    const made = await within(
      name,
      (sql) => sql`
        select id, name from ${sql(table)}
        except
        select record_id, change ->> 'after'
        from audit_event, json_array_elements(changes) as change
        where action = 'created' and change ->> 'field' = 'name'
      `,
    );
    expect([...made]).toEqual([]);
  }
});

test('invoices and the ledger tell of the same goods', async () => {
  const sold = await within('billing', async (sql) => [
    ...(await sql<{ productId: string; quantity: string }[]>`
      select product_id, sum(quantity)::text as quantity
      from figure_product group by product_id having sum(quantity) <> 0 order by product_id
    `),
  ]);
  const moved = await within('inventory', async (sql) => [
    ...(await sql<{ productId: string; quantity: string }[]>`
      select product_id, trim_scale(-sum(delta))::text as quantity
      from stock_movement where reason in ('sale', 'return')
      group by product_id having sum(delta) <> 0 order by product_id
    `),
  ]);
  const services = await within(
    'inventory',
    (sql) => sql`select id from product where not track_stock`,
  );
  const ids = new Set(services.map(({ id }) => id));
  const goods = sold.filter(({ productId }) => !ids.has(productId));
  expect(goods.length).toBeGreaterThan(20);
  expect(goods.map((row) => ({ ...row, quantity: String(Number(row.quantity)) }))).toEqual(moved);
});

const customers = () => within('customer', (sql) => sql`select count(*)::int from customer`);

test('a seed that is killed leaves what was there in all databases', async () => {
  const before = [await customers(), await sealOfAll()];
  const words = [...sizes, '--customers', '61', '--invoices', '20000', '--replace'];
  const child = Bun.spawn([process.execPath, 'seed.ts', ...words], {
    cwd: import.meta.dir,
    env: { ...process.env, DATABASE_URL: server.url, DATA_DIR: folder },
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const admin = connect(server.url, { maxConnections: 1 });
  const busy = () => admin<{ isDone: boolean }[]>`
    select state = 'idle in transaction' and query like '%enable trigger%' as is_done
    from pg_stat_activity
    where datname in ('customer', 'inventory', 'billing')
  `;
  await until(async () => (await busy()).some(({ isDone }) => isDone), {
    what: 'the end of the first one',
    timeoutMs: 120_000,
  });
  child.kill('SIGKILL');
  await until(async () => (await busy()).length === 0, { what: 'the end of its connections' });
  await admin.end();
  expect([await customers(), await sealOfAll()]).toEqual(before);
});

test('what made-up invoices sell without VAT could be issued so, and says why', async () => {
  const kinds = await within(
    'billing',
    (sql) => sql<{ category: string; isNamed: boolean; isSaid: boolean }[]>`
      select distinct vat_category as category, buyer ->> 'vatNumber' <> '' as is_named,
        mentions::text ~ 'Exonération|Autoliquidation' as is_said
      from invoice_line join invoice on invoice.id = invoice_id
      where vat_rate_bp = 0 and status <> 'draft'
    `,
  );
  expect(new Set(kinds.map(({ category }) => category))).toEqual(new Set(['E', 'AE']));
  expect(kinds.every(({ isSaid }) => isSaid)).toBe(true);
  expect(kinds.filter(({ category, isNamed }) => category === 'AE' && !isNamed)).toEqual([]);
});

test('made-up companies have a SIREN that passes the check, and its VAT number', async () => {
  const rows = await within(
    'customer',
    (sql) => sql<{ siren: string; vatNumber: string }[]>`
      select siren, vat_number from customer where siren <> ''
    `,
  );
  expect(rows.length).toBeGreaterThan(30);
  for (const { siren, vatNumber } of rows) {
    const doubled = Array.from(siren, (digit, place) => Number(digit) * (place % 2 === 1 ? 2 : 1));
    const sum = doubled.reduce((all, digit) => all + (digit > 9 ? digit - 9 : digit), 0);
    expect(sum % 10).toBe(0);
    expect(vatNumber).toMatch(new RegExp(`^FR\\d\\d${siren}$`));
  }
});

test('data that is there is not replaced unless asked, and the same seed gives the same', async () => {
  const seals = await sealOfAll();
  expect(await seed()).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Cannot seed: There is data already'),
  });
  expect(await seed('--replace')).toMatchObject({ code: 0 });
  expect(await sealOfAll()).toEqual(seals);
  expect(await seed('--replace', '--seed', '2')).toMatchObject({ code: 0 });
  expect(await sealOfAll()).not.toEqual(seals);
  expect(await seed('--invoices', 'many')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("--invoices must be a number from 1 to 99999999 (is 'many')"),
  });
});
