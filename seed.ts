import { parseArgs } from 'node:util';

import { hasInvoices, seedInvoices } from './billing/seed-store.ts';
import { hasCustomers, seedCustomers } from './customer/seed-store.ts';
import { seededCustomer } from './customer/seed.ts';
import { hasProducts, seedInventory } from './inventory/seed-store.ts';
import { seededProduct, type StockBatch } from './inventory/seed.ts';
import { type CommandTools, refuseRunning, runCommand } from './platform/command.ts';
import { withDatabase } from './platform/database-url.ts';
import { connect, type Database } from './platform/database.ts';
import { createHandover } from './platform/handover.ts';
import { createMeeting } from './platform/meeting.ts';
import { migrate } from './platform/migrate-store.ts';
import { prepareDatabases } from './platform/prepare-databases.ts';
import { refuseInUse } from './platform/refuse-connected.ts';
import { databases } from './services.ts';

type Asked = {
  readonly seed: number;
  readonly customers: number;
  readonly products: number;
  readonly invoices: number;
  readonly until: string;
  readonly replace: boolean;
};

await runCommand({
  name: 'seed',
  usage:
    'bun run seed [--customers N] [--products N] [--invoices N] [--seed N] [--until DAY] [--replace]',
  about: 'Makes data up, the same for the same --seed and --until; 1000, 200 and 10000 by default.',
  read: readAsked,
  async work(asked, tools) {
    const { url } = tools.server;
    refuseRunning(tools.server);
    await prepareDatabases(
      url,
      databases.map(({ name }) => name),
    );
    await refuseInUse(url, databases);
    const opened = await Promise.all(
      databases.map(async ({ name, migrations }) => {
        const sql = connect(withDatabase(url, name), { maxConnections: 2 });
        await migrate(sql, migrations);
        return [name, sql] as const;
      }),
    );
    await seed(new Map(opened), asked, tools);
    await Promise.all(opened.map(([, sql]) => sql.end()));
    return 0;
  },
});

function readAsked(): Asked {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      customers: { type: 'string', default: '1000' },
      products: { type: 'string', default: '200' },
      invoices: { type: 'string', default: '10000' },
      until: { type: 'string', default: yesterday() },
      replace: { type: 'boolean', default: false },
    },
  });
  const { until, replace } = values;
  if (!isDay(until)) {
    throw new Error(`--until must be a day such as 2026-11-22 (is '${until}')`);
  }
  const number = (name: 'seed' | 'customers' | 'products' | 'invoices') => {
    if (/^[1-9]\d{0,7}$/.test(values[name])) return Number(values[name]);
    throw new Error(`--${name} must be a number from 1 to 99999999 (is '${values[name]}')`);
  };
  const counts = { customers: number('customers'), products: number('products') };
  return { seed: number('seed'), ...counts, invoices: number('invoices'), until, replace };
}

/** Today is made up until its evening, and would be ahead of the clock. */
function yesterday(): string {
  return new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
}

/** Of this century, in which the made-up past lies too. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return /^20\d\d-/.test(text) && !Number.isNaN(+day) && day.toISOString().startsWith(text);
}

async function seed(
  opened: ReadonlyMap<string, Database>,
  { seed, until, replace, ...counts }: Asked,
  { progress }: CommandTools,
): Promise<void> {
  const [customer, inventory, billing] = ['customer', 'inventory', 'billing'].map((name) => {
    const sql = opened.get(name);
    if (sql === undefined) throw new Error(`There is no database '${name}'`);
    return sql;
  });
  if (!customer || !inventory || !billing) return;
  const isTaken = [
    await hasCustomers(customer),
    await hasProducts(inventory),
    await hasInvoices(billing),
  ];
  if (!replace && isTaken.includes(true)) {
    throw new Error(
      'There is data already, which would be lost: say --replace, or set DATA_DIR to another folder',
    );
  }
  const stock = createHandover<StockBatch>();
  // What is there stays until all of the new is, so that a stop in the middle leaves it.
  const meeting = createMeeting(3);
  const failed = async (error: unknown): Promise<never> => {
    meeting.fail(error);
    await stock.fail(error);
    throw error;
  };
  const both = { seed, until, beforeCommit: meeting.come, progress };
  const at = {
    customer: remembered((index) => seededCustomer(seed, index, until)),
    product: remembered((index) => seededProduct(seed, index, until)),
  };
  const world = {
    seed,
    until,
    count: counts.invoices,
    customers: { count: counts.customers, at: at.customer },
    products: { count: counts.products, at: at.product },
  };
  await Promise.all(
    [
      seedCustomers(customer, { ...both, count: counts.customers }),
      seedInventory(inventory, { ...both, count: counts.products, stock: stock.taken }),
      seedInvoices(billing, { ...both, world, onStock: stock.give, onMade: stock.end }),
    ].map((seeding) => seeding.catch(failed)),
  );
}

/** Each is asked for many times. */
function remembered<T>(make: (index: number) => T): (index: number) => T {
  const made: T[] = [];
  return (index) => (made[index] ??= make(index));
}
