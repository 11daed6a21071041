import { join } from 'node:path';

import type { Customer } from 'customer/contract';
import type { NewProduct, Product } from 'inventory/contract';
import type { Database } from 'platform/database';
import { silentLog } from 'platform/log';
import { createMetrics } from 'platform/metrics';
import { type TestDatabase, testDatabase } from 'platform/testing';

import { startBilling } from './billing.ts';
import type { Clients } from './clients.ts';
import { startWorld, type World } from './testing-world.ts';

/** For tests: billing on a database of its own, among the real services that it needs. */
export type TestBilling = {
  readonly world: World;
  readonly database: TestDatabase;
  /** Billing in this process; with other clients, the services look otherwise to it. */
  readonly start: (options?: StartOptions) => ReturnType<typeof startBilling>;
  readonly addCustomer: (fields?: Partial<Customer>) => Promise<Customer>;
  readonly addProduct: (fields?: Partial<NewProduct>) => Promise<Product>;
  /** On hand and reserved. */
  readonly stockOf: (productId: string) => Promise<readonly [string, string]>;
  /** Stops what was started, but not what it needs. */
  readonly stopAll: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

type StartOptions = {
  readonly clients?: Clients;
  readonly owner?: string;
  readonly wantsDemo?: boolean;
  /** Connections of its own, as another process has them; it is left to die by itself. */
  readonly sql?: Database;
};

export async function startTestBilling(): Promise<TestBilling> {
  const [world, database] = await Promise.all([
    startWorld(),
    testDatabase(join(import.meta.dir, 'migrations')),
  ]);
  const { customers, products } = world.clients;
  const running: { stop(): Promise<void> }[] = [];
  const stopAll = async () => {
    for (const billing of running.splice(0)) await billing.stop();
  };
  let count = 0;
  return {
    world,
    database,
    async start({ clients = world.clients, owner = 'test', wantsDemo = false, sql } = {}) {
      const options = { log: silentLog, metrics: createMetrics(), maxBodyBytes: 1_048_576 };
      const billing = await startBilling({
        sql: sql ?? database.sql,
        clients,
        owner,
        options,
        wantsDemo,
      });
      if (sql === undefined) running.push(billing);
      return billing;
    },
    addCustomer: (fields = {}) => customers.create({ body: { name: 'Hélène Dupont', ...fields } }),
    addProduct: (fields = {}) =>
      products.create({
        body: {
          sku: `SKU-${(count += 1)}-${crypto.randomUUID()}`,
          name: 'Lampe',
          unitPrice: '12.50',
          initialQuantity: '10',
          ...fields,
        },
      }),
    async stockOf(id) {
      const { onHand, reserved } = await products.get({ id });
      return [Number(onHand).toFixed(3), Number(reserved).toFixed(3)];
    },
    stopAll,
    async stop() {
      await stopAll();
      await world.stop();
      await database.drop();
    },
  };
}

/** A day on which anything may have been paid: today or just before it, whatever the zone. */
export const recentDay = (): string =>
  Temporal.Now.plainDateISO('UTC').subtract({ days: 2 }).toString();

/** Whether a statement in this database waits for a lock. */
export async function someoneWaits(sql: Database): Promise<boolean> {
  const rows = await sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
  `;
  return rows.length > 0;
}

/** The clients with something done around each call of one operation of the inventory. */
export function around<K extends 'reserveAll' | 'commitAll'>(
  { customers, products }: Clients,
  operation: K,
  wrap: <T>(call: () => Promise<T>, ids: readonly string[]) => Promise<T>,
): Clients {
  const call: Clients['products']['reserveAll' | 'commitAll'] = products[operation];
  type Arguments = Parameters<typeof products.reserveAll>;
  const idsOf = ([{ body }]: Arguments) => body.reservations.map(({ id }) => id);
  const wrapped = Object.assign((...args: Arguments) => wrap(() => call(...args), idsOf(args)), {
    reply: (...args: Arguments) => wrap(() => call.reply(...args), idsOf(args)),
  });
  return { customers, products: { ...products, [operation]: wrapped } };
}
