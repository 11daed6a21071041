import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { migrate, migrationsOf } from 'platform/migrate-store';
import { type TestDatabase, testDatabase } from 'platform/testing';

const MIGRATIONS = join(import.meta.dir, 'migrations');
const SINCE = '0080_say_vat_category.sql';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { sql } = database;
  const names = (await migrationsOf(MIGRATIONS)).map(({ name }) => name);
  const old = names.filter((name) => name < SINCE || name.includes('/'));
  await migrate(sql, MIGRATIONS, new Set(old));
  for (const vatRateBp of [2000, 0]) {
    const product = { sku: `SKU-${vatRateBp}`, name: 'Lampe', unit: '', unitPrice: '1', vatRateBp };
    const stock = { currency: 'EUR', trackStock: true, lowStockThreshold: '0' };
    const id = Bun.randomUUIDv7();
    await sql`insert into product ${sql({ id, ...product, ...stock })}`;
    const reply = sql.json({ id, ...product });
    await sql`insert into idempotency_key ${sql({ key: product.sku, fingerprint: 'x', reply })}`;
  }
  await migrate(sql, MIGRATIONS);
});
afterAll(() => database.drop());

test('the rate of products from before tells their category', async () => {
  const rows = await database.sql`select vat_rate_bp, vat_category from product order by 1`;
  expect([...rows]).toEqual([
    { vatRateBp: 0, vatCategory: 'Z' },
    { vatRateBp: 2000, vatCategory: 'S' },
  ]);
});

test('a repeat of what was done before gets it too', async () => {
  const rows = await database.sql`
    select key, reply ->> 'vatCategory' as category from idempotency_key order by key
  `;
  expect([...rows]).toEqual([
    { key: 'SKU-0', category: 'Z' },
    { key: 'SKU-2000', category: 'S' },
  ]);
});
