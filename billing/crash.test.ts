import { afterAll, describe, expect, test } from 'bun:test';

import { connect } from 'platform/database';

import type { Clients } from './clients.ts';
import { around } from './testing-billing.ts';
import { testSagas } from './testing-saga.ts';

const { billing, delivered, draftOf, finalize, outboxOf, read, real } = await testSagas();

afterAll(() => billing.stop());

/** Ends as a killed process does: nothing is tidied up, its connections are gone. */
async function dying(clientsOf: (die: () => Promise<never>) => Clients) {
  const death = Promise.withResolvers<void>();
  const die = () => {
    death.resolve();
    return new Promise<never>(() => undefined);
  };
  const sql = connect(billing.database.url);
  const { app, stop } = await billing.start({ clients: clientsOf(die), owner: 'mortal', sql });
  return {
    async finalize(id: string) {
      void Promise.resolve(finalize(id, app)).catch(() => undefined);
      await death.promise;
      // Its timers end; whether it waits for something does not matter any more.
      void stop();
      await sql.end({ timeout: 0 });
    },
  };
}

describe('a crash', () => {
  test.each([
    [
      'before the stock was reserved',
      (die: () => Promise<never>) => around(real(), 'reserveAll', die),
    ],
    [
      'after the stock was reserved',
      (die: () => Promise<never>) =>
        around(real(), 'reserveAll', async (call) => {
          await call();
          return die();
        }),
    ],
  ])('%s leaves a draft that can be issued, with nothing reserved', async (_, clientsOf) => {
    const product = await billing.addProduct();
    const draft = await draftOf(product, '4');
    await (await dying(clientsOf)).finalize(draft.id);
    expect((await finalize(draft.id)).body.type).toBe('/problems/being-issued');

    await billing.start({ owner: 'mortal' });
    await delivered(draft.id);
    expect(await read(draft.id)).toEqual(draft);
    expect(await billing.stockOf(product.id)).toEqual(['10.000', '0.000']);
    expect((await finalize(draft.id)).status).toBe(200);
    expect(await billing.stockOf(product.id)).toEqual(['6.000', '0.000']);
  });

  test.each([
    [
      'before the inventory is told',
      (die: () => Promise<never>) => around(real(), 'commitAll', die),
    ],
    [
      'after the inventory was told, before it is noted',
      (die: () => Promise<never>) =>
        around(real(), 'commitAll', async (call) => {
          await call();
          return die();
        }),
    ],
  ])('%s that an invoice is issued takes the stock once', async (_, clientsOf) => {
    const product = await billing.addProduct();
    const { id } = await draftOf(product, '4');
    await (await dying(clientsOf)).finalize(id);
    expect((await read(id)).status).toBe('open');

    await billing.start({ owner: 'mortal' });
    await delivered(id);
    expect(await billing.stockOf(product.id)).toEqual(['6.000', '0.000']);
  });

  test('of another process is noticed when its time is over', async () => {
    const product = await billing.addProduct();
    const draft = await draftOf(product, '4');
    await (await dying((die) => around(real(), 'reserveAll', die))).finalize(draft.id);
    await billing.database.sql`update finalization set expires_at = now()`;
    expect((await finalize(draft.id)).status).toBe(200);
    await delivered(draft.id);
    expect(await billing.stockOf(product.id)).toEqual(['6.000', '0.000']);
  });
});

test('who has lost the draft to the recovery issues nothing', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  const late = await billing.start({
    clients: around(real(), 'reserveAll', async (call) => {
      const reply = await call();
      await billing.database.sql`delete from finalization where invoice_id = ${id}`;
      return reply;
    }),
  });
  expect((await finalize(id, late.app)).body.type).toBe('/problems/being-issued');
  expect((await read(id)).status).toBe('draft');
});

test('one that was lost to the recovery does not keep those issued with it, nor leave a gap', async () => {
  const { sql } = billing.database;
  const product = await billing.addProduct({ initialQuantity: '100' });
  const lost: string[] = [];
  const late = await billing.start({
    clients: around(real(), 'reserveAll', async (call, ids) => {
      const reply = await call();
      const [first, ...others] = ids;
      if (first !== undefined && others.length > 0 && lost.length === 0) {
        lost.push(first);
        await sql`delete from finalization where invoice_id = ${first}`;
      }
      return reply;
    }),
  });
  const drafts = await Promise.all(Array.from({ length: 8 }, () => draftOf(product)));
  const answers = await Promise.all(drafts.map(({ id }) => finalize(id, late.app)));
  const refused = drafts.filter((_, n) => answers[n]?.status !== 200).map(({ id }) => id);
  expect(lost).toHaveLength(1);
  expect(refused).toEqual(lost);
  const numbers = answers
    .filter(({ status }) => status === 200)
    .map(({ body }) => Number(body.number.split('-')[1]));
  expect(Math.max(...numbers) - Math.min(...numbers)).toBe(6);
});

test('giving back what an earlier attempt reserved never hits a later one', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product, '2');
  await billing.database.sql`
    insert into outbox (invoice_id, action, next_attempt_at)
    values (${id}, 'release', now() + interval '1 hour')
  `;
  expect((await finalize(id)).status).toBe(200);
  expect(await outboxOf(id)).toHaveLength(0);
  expect(await billing.stockOf(product.id)).toEqual(['8.000', '0.000']);
});
