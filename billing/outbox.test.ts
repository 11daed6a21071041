import { afterAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import { silentLog } from 'platform/log';
import { testDatabase, until } from 'platform/testing';

import type { Delivery } from './delivery-store.ts';
import { startOutbox } from './outbox.ts';
import { createSagaStore } from './saga-store.ts';

const database = await testDatabase(join(import.meta.dir, 'migrations'));
const { sql } = database;

afterAll(() => database.drop());

async function addDraft(): Promise<string> {
  const id = Bun.randomUUIDv7();
  await sql`
    insert into invoice (id, customer_id, buyer, currency, currency_exponent, due_days, notes,
      net_minor, vat, vat_minor, gross_minor)
    values (${id}, ${Bun.randomUUIDv7()}, '{"name": "Dupont", "siren": ""}', 'EUR', 2, 30, '', 0, '[]',
      0, 0)
  `;
  return id;
}

test('a draft is given back though the inventory has yet to answer for another', async () => {
  const [slow, stuck] = [await addDraft(), await addDraft()];
  await sql`insert into outbox (invoice_id, action) values (${slow}, 'release')`;
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Delivery[]>();
  const outbox = startOutbox({
    sql,
    sagas: createSagaStore(sql, { owner: 'test' }),
    deliver: () => {
      asked.resolve();
      return answer.promise;
    },
    log: silentLog,
    everyMs: 10,
  });
  await asked.promise;
  await sql`
    insert into finalization (invoice_id, token, owner, expires_at)
    values (${stuck}, ${crypto.randomUUID()}, 'other', now())
  `;
  const released = () => sql`select from outbox where invoice_id = ${stuck} and action = 'release'`;
  await until(async () => (await released()).length > 0, { what: 'the draft' });
  expect(await sql`select from finalization`).toHaveLength(0);
  answer.resolve([undefined]);
  await outbox.stop();
});
