import { afterAll, describe, expect, test } from 'bun:test';

import { AuditTrail } from 'platform/audit';
import { RemoteError } from 'platform/remote-error';
import { until } from 'platform/testing';

import { around } from './testing-billing.ts';
import { testSagas } from './testing-saga.ts';
import { verify } from './verify.ts';

const { app, billing, delivered, draftOf, finalize, hurry, outboxOf, post, read, real } =
  await testSagas();

afterAll(() => billing.stop());

/** What its history says of its stock, newest first. */
const stockActions = async (id: string) => {
  const trail = await (await app.request(`/invoices/${id}/history`)).text();
  return AuditTrail.parse(JSON.parse(trail)).items.flatMap(({ action }) =>
    action.startsWith('stock-') ? [action] : [],
  );
};

const afterItRanOut = (before: () => Promise<unknown>) => {
  let hasRunOut = false;
  return billing.start({
    clients: around(real(), 'reserveAll', async (call) => {
      const reply = await call();
      if (hasRunOut) return reply;
      hasRunOut = true;
      const [row] = await billing.database.sql`select invoice_id as id from finalization`;
      await real().products.release({ id: String(row?.['id']) });
      await before();
      return reply;
    }),
  });
};

describe('a reservation that ran out between issue and commit', () => {
  test('is taken again', async () => {
    const product = await billing.addProduct();
    const { id } = await draftOf(product, '3');
    const { app } = await afterItRanOut(async () => undefined);
    expect((await finalize(id, app)).status).toBe(200);
    await delivered(id);
    expect(await billing.stockOf(product.id)).toEqual(['7.000', '0.000']);
  });

  test('stays visible when the stock is gone, and is taken when there is some again', async () => {
    const product = await billing.addProduct({ initialQuantity: '3' });
    const { id } = await draftOf(product, '3');
    const move = (delta: string, reason: 'adjustment' | 'receipt') =>
      real().products.move({ id: product.id, body: { delta, reason, note: 'Casse' } });
    const { app } = await afterItRanOut(() => move('-2', 'adjustment'));
    expect((await finalize(id, app)).status).toBe(200);
    const [row] = await outboxOf(id);
    expect(row?.lastError).toContain('409');
    await hurry(id);
    await until(async () => ((await outboxOf(id))[0]?.attempts ?? 0) > 1);
    const { number } = await read(id);
    expect(await stockActions(id)).toEqual(['stock-refused']);
    const complaint = { document: number ?? '', complaint: expect.stringContaining('409') };
    expect((await verify(billing.database.sql)).findings).toContainEqual(complaint);

    await move('5', 'receipt');
    await hurry(id);
    await delivered(id);
    expect(await billing.stockOf(product.id)).toEqual(['3.000', '0.000']);
    expect(await stockActions(id)).toEqual(['stock-settled', 'stock-refused']);
    expect((await verify(billing.database.sql)).findings).not.toContainEqual(complaint);
  });

  test('is settled in the history though others were refused while it was told', async () => {
    const product = await billing.addProduct({ initialQuantity: '3' });
    const { id } = await draftOf(product, '3');
    const { sql } = billing.database;
    const goOn = Promise.withResolvers<void>();
    let isFirst = true;
    const slow = await billing.start({
      clients: around(real(), 'commitAll', async (call, ids) => {
        const waits = isFirst && ids.includes(id);
        isFirst &&= !waits;
        if (waits) await goOn.promise;
        return call();
      }),
    });
    const finalizing = finalize(id, slow.app);
    await until(async () => (await outboxOf(id)).length === 1, { what: 'the issue' });
    await real().products.release({ id });
    await real().products.count({ id: product.id, body: { counted: '0' } });
    await hurry(id);
    await until(async () => ((await outboxOf(id))[0]?.attempts ?? 0) > 0, { what: 'the refusal' });
    // Nobody tries again before the first one has come to its end.
    await sql`update outbox set next_attempt_at = now() + interval '1 hour' where invoice_id = ${id}`;
    await real().products.count({ id: product.id, body: { counted: '5' } });
    goOn.resolve();
    expect((await finalizing).status).toBe(200);
    await delivered(id);
    expect(await billing.stockOf(product.id)).toEqual(['2.000', '0.000']);
    expect(await stockActions(id)).toEqual(['stock-settled', 'stock-refused']);
  });
});

const bringBack = (id: string) => post(`/invoices/${id}/void`, { restock: true, reason: 'Retour' });

describe('goods that come back', () => {
  test('do so once, however often and late it is told, and the ledger says for what', async () => {
    const product = await billing.addProduct();
    const { id } = await draftOf(product, '4');
    await finalize(id);
    await delivered(id);
    const { sql } = billing.database;
    await sql`create table told (like outbox)`;
    await sql`create rule keep_told as on delete to outbox do also insert into told select old.*`;
    expect((await bringBack(id)).status).toBe(200);
    await delivered(id);
    await sql`drop rule keep_told on outbox`;
    await sql`
      insert into outbox (invoice_id, action, lines, reference, note)
      select invoice_id, action, lines, reference, note from told where invoice_id = ${id}
    `;
    await delivered(id);
    expect(await billing.stockOf(product.id)).toEqual(['10.000', '0.000']);
    const { items } = await real().products.movements({ id: product.id, size: 1 });
    expect(items).toMatchObject([{ reason: 'return', delta: '4.000', reference: `void:${id}` }]);
  });

  test('do not when they had no stock as they were sold', async () => {
    const product = await billing.addProduct({ trackStock: false, initialQuantity: '0' });
    const { id } = await draftOf(product, '4');
    await finalize(id);
    await delivered(id);
    await real().products.patch({ id: product.id, ifMatch: '*', body: { trackStock: true } });
    expect((await bringBack(id)).status).toBe(200);
    await delivered(id);
    expect(await billing.stockOf(product.id)).toEqual(['0.000', '0.000']);
  });
});

test('an inventory that is away after the issue is told when it is back, once, by one of two processes', async () => {
  const product = await billing.addProduct();
  let isAway = true;
  const told: string[] = [];
  const clients = around(real(), 'commitAll', async (call, ids) => {
    if (isAway) {
      const service = 'inventory-service';
      throw new RemoteError('away', { service, operation: 'commitAll', failure: 'unavailable' });
    }
    told.push(...ids);
    return call();
  });
  await billing.stopAll();
  const [one] = await Promise.all([billing.start({ clients }), billing.start({ clients })]);
  const drafts = await Promise.all(Array.from({ length: 5 }, () => draftOf(product)));
  for (const { id } of drafts) expect((await finalize(id, one.app)).status).toBe(200);
  expect(await billing.stockOf(product.id)).toEqual(['10.000', '5.000']);
  isAway = false;
  for (const { id } of drafts) await hurry(id);
  for (const { id } of drafts) await delivered(id);
  expect(told.toSorted()).toEqual(drafts.map(({ id }) => id).toSorted());
  expect(await billing.stockOf(product.id)).toEqual(['5.000', '0.000']);
});
