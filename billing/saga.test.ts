import { afterAll, expect, test } from 'bun:test';

import { until } from 'platform/testing';

import { around, someoneWaits } from './testing-billing.ts';
import { HEADERS, testSagas } from './testing-saga.ts';
import { verify } from './verify.ts';

const { app, billing, delivered, draftOf, finalize, read, real } = await testSagas();

afterAll(() => billing.stop());

test('a draft that is being issued cannot be changed, deleted or issued twice', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  const reserved = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const slow = await billing.start({
    clients: around(real(), 'reserveAll', async (call) => {
      const reply = await call();
      reserved.resolve();
      await goOn.promise;
      return reply;
    }),
  });
  const issuing = finalize(id, slow.app);
  await reserved.promise;
  for (const [method, body] of [
    ['PATCH', JSON.stringify({ notes: 'x' })],
    ['DELETE', null],
  ] as const) {
    const response = await app.request(`/invoices/${id}`, { method, headers: HEADERS, body });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ type: '/problems/being-issued' });
  }
  expect((await finalize(id)).body.type).toBe('/problems/being-issued');
  goOn.resolve();
  expect((await issuing).status).toBe(200);
  expect(await billing.stockOf(product.id)).toEqual(['9.000', '0.000']);
});

test('a draft whose time to be issued is over is changed or issued, never both', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  const changes: number[] = [];
  const slow = await billing.start({
    clients: around(real(), 'reserveAll', async (call) => {
      const reply = await call();
      await billing.database.sql`update finalization set expires_at = now()`;
      const body = JSON.stringify({ notes: 'x' });
      const init = { method: 'PATCH', headers: HEADERS, body };
      changes.push((await app.request(`/invoices/${id}`, init)).status);
      return reply;
    }),
  });
  const { status } = await finalize(id, slow.app);
  // Neither, when the recovery takes it up in between.
  expect([...changes, status].filter((one) => one === 200).length).toBeLessThanOrEqual(1);
  expect([200, 409]).toContain(status);
  const { findings } = await verify(billing.database.sql);
  expect(findings).toEqual([]);
});

test('an issue that waits for a change of the draft issues the draft as it is after it', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  const { sql } = billing.database;
  const changed = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const change = sql.begin(async (tx) => {
    await tx`select from invoice where id = ${id} for update`;
    await tx`update invoice_line set description = 'Changed' where invoice_id = ${id}`;
    await tx`update invoice set version = version + 1 where id = ${id}`;
    changed.resolve();
    await goOn.promise;
  });
  await changed.promise;
  const issuing = finalize(id);
  await until(async () => await someoneWaits(sql), { what: 'the wait' });
  goOn.resolve();
  await change;
  const { status, body } = await issuing;
  expect(status).toBe(200);
  expect(body.lines).toMatchObject([{ description: 'Changed' }]);
  const { findings } = await verify(sql);
  expect(findings.filter(({ document }) => document === body.number)).toEqual([]);
});

test('an invoice is issued though the caller leaves meanwhile', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  const reserving = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const slow = await billing.start({
    clients: around(real(), 'reserveAll', async (call) => {
      reserving.resolve();
      await left.promise;
      return call();
    }),
  });
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      request.signal.addEventListener('abort', () => left.resolve());
      return slow.app.fetch(request);
    },
  });
  const leaving = new AbortController();
  const reply = fetch(`${server.url.origin}/invoices/${id}/finalize`, {
    method: 'POST',
    headers: HEADERS,
    signal: leaving.signal,
  }).catch(() => 'left');
  await reserving.promise;
  leaving.abort();
  expect(await reply).toBe('left');
  await until(async () => (await read(id)).status === 'open', { what: 'the issue' });
  await delivered(id);
  expect(await billing.stockOf(product.id)).toEqual(['9.000', '0.000']);
  await server.stop(true);
});

test('of 50 buyers of the last 10 pieces exactly 10 get one, and the stock adds up', async () => {
  const product = await billing.addProduct({ initialQuantity: '10' });
  const drafts = await Promise.all(Array.from({ length: 50 }, () => draftOf(product)));
  const answers = await Promise.all(drafts.map(({ id }) => finalize(id)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(40);
  for (const { body } of refused) expect(body.type).toBe('/problems/stock-short');
  await until(async () => (await billing.database.sql`select from outbox`).length === 0);
  expect(await billing.stockOf(product.id)).toEqual(['0.000', '0.000']);
  const { items } = await real().products.movements({ id: product.id, size: 100 });
  expect(items.reduce((sum, { delta }) => sum + Number(delta), 0)).toBe(0);
}, 20_000);
test('settings that change while stock is put aside hold for the invoice', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  let name = '';
  const late = await billing.start({
    clients: around(real(), 'reserveAll', async (call) => {
      const reply = await call();
      name = 'Comptoir renommé';
      await billing.database.sql`
        update company
        set settings = jsonb_set(settings, '{seller,name}', to_jsonb(${name}::text)),
            version = version + 1
      `;
      return reply;
    }),
  });
  expect((await finalize(id, late.app)).body.seller.name).toBe(name);
});

test('an issue that meets a change of the settings waits for it, and is by them', async () => {
  const product = await billing.addProduct();
  const { id } = await draftOf(product);
  const { sql } = billing.database;
  const changed = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const change = sql.begin(async (tx) => {
    await tx`
      update company
      set settings = jsonb_set(settings, '{invoiceSeries}', '"FV"'), version = version + 1
    `;
    changed.resolve();
    await goOn.promise;
  });
  await changed.promise;
  let isAnswered = false;
  const issuing = finalize(id).finally(() => (isAnswered = true));
  await until(async () => isAnswered || (await someoneWaits(sql)), { what: 'the wait' });
  goOn.resolve();
  await change;
  expect((await issuing).body.number).toMatch(/^FV/);
});
