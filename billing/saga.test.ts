import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import type { Customer } from 'customer/contract';
import type { Product } from 'inventory/contract';
import { AuditTrail } from 'platform/audit';
import { connect } from 'platform/database';
import { RemoteError } from 'platform/remote-error';
import { until } from 'platform/testing';

import type { Clients } from './clients.ts';
import type { Invoice } from './invoice-contract.ts';
import { around, startTestBilling, type TestBilling } from './testing-billing.ts';
import { verify } from './verify.ts';

type Started = Awaited<ReturnType<TestBilling['start']>>;

let billing: TestBilling;
let app: Started['app'];
let customer: Customer;

beforeAll(async () => {
  billing = await startTestBilling();
  ({ app } = await billing.start());
  customer = await billing.addCustomer();
});
afterAll(() => billing.stop());

const HEADERS = { 'content-type': 'application/json', 'if-match': '*' };
const post = async (path: string, body: object = {}, through = app) => {
  const response = await through.request(path, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const draftOf = async (product: Product, quantity = '1', notes = ''): Promise<Invoice> => {
  const lines = [{ productId: product.id, quantity }];
  return (await post('/invoices', { customerId: customer.id, notes, lines })).body;
};
const finalize = (id: string, through = app) => post(`/invoices/${id}/finalize`, {}, through);
const read = async (id: string): Promise<Invoice> =>
  JSON.parse(await (await app.request(`/invoices/${id}`)).text());
const outboxOf = (id: string) => billing.database.sql<{ lastError: string; attempts: number }[]>`
  select last_error, attempts from outbox where invoice_id = ${id}
`;
const delivered = (id: string) =>
  until(async () => (await outboxOf(id)).length === 0, { what: 'the delivery' });
const real = () => billing.world.clients;
const hurry = (id: string) => billing.database.sql`
  update outbox set next_attempt_at = now() where invoice_id = ${id}
`;

/** Of ten drafts one has too little stock and one is refused by the database. */
const isForced = (n: number) => [3, 7].includes(n % 10);

describe('numbers', () => {
  test('200 parallel issues, a fifth of which fail, give the numbers 1 to N without a gap', async () => {
    const { sql } = billing.database;
    await sql`
      create function fail_on_demand() returns trigger language plpgsql as
      'begin raise exception ''failed on demand''; end'
    `;
    await sql`
      create trigger zz_fail_on_demand after update on invoice
      for each row when (new.notes = 'fail') execute function fail_on_demand()
    `;
    const plenty = await billing.addProduct({ initialQuantity: '1000' });
    const none = await billing.addProduct({ initialQuantity: '0' });
    const drafts = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        draftOf(n % 10 === 3 ? none : plenty, '1', n % 10 === 7 ? 'fail' : ''),
      ),
    );
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      idleTimeout: 120,
      fetch: (request) => app.fetch(request),
    });
    const issueOverHttp = async ({ id }: Invoice) => {
      const url = `${server.url.origin}/invoices/${id}/finalize`;
      const { status } = await fetch(url, { method: 'POST', headers: HEADERS });
      return status;
    };
    const statuses = await Promise.all(drafts.map(issueOverHttp));
    expect(statuses.filter((status, n) => isForced(n) && status === 200)).toEqual([]);
    expect(statuses).toContain(500);
    // On a machine that is very busy a call may run out of time: whoever asks again gets a number.
    for (const draft of drafts.filter((_, n) => !isForced(n) && statuses[n] !== 200)) {
      await until(async () => (await issueOverHttp(draft)) === 200, { timeoutMs: 30_000 });
    }
    await server.stop(true);
    const numbers = await sql<{ seq: number }[]>`
      select seq from invoice where number is not null order by seq
    `;
    expect(numbers.map(({ seq }) => seq)).toEqual(Array.from({ length: 160 }, (_, n) => n + 1));
    await until(async () => (await sql`select from outbox`).length === 0, { timeoutMs: 60_000 });
    expect(await billing.stockOf(plenty.id)).toEqual(['840.000', '0.000']);
    await sql`drop trigger zz_fail_on_demand on invoice`;
  }, 120_000);

  test('an invoice is never dated before the last one of its series', async () => {
    const product = await billing.addProduct();
    const { sql } = billing.database;
    const lastDay = `${Temporal.Now.plainDateISO('Europe/Paris').year}-12-31`;
    await finalize((await draftOf(product)).id);
    await sql`update number_series set last_issue_date = ${lastDay}`;
    const { body } = await finalize((await draftOf(product)).id);
    expect(body.issueDate).toBe(lastDay);
  });
});

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
  const isWaiting = () => sql`
    select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'
  `;
  await until(async () => (await isWaiting()).length > 0, { what: 'the wait' });
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
