import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';

import fc from 'fast-check';
import { badRequests } from 'platform/bad-requests';
import { Problem } from 'platform/contract';
import { recordStatuses, type StatusRecorder } from 'platform/contract-testing';
import { connect } from 'platform/database';
import { hostileRequests } from 'platform/hostile-requests';
import { conflict, ProblemError } from 'platform/problem';
import type { AssertUnreferred } from 'platform/referrers';
import { type TestDatabase, testDatabase } from 'platform/testing';
import { badGateway, serviceTooLate } from 'platform/upstream-problem';

import { createInventoryApp } from './app.ts';
import { type Movement, type Product, products } from './contract.ts';
import { createMovementStore } from './movement-store.ts';
import { createReservationStore } from './reservation-store.ts';
import { createProductStore } from './store.ts';

const appOver = (sql: TestDatabase['sql']) =>
  createInventoryApp({
    store: createProductStore(sql),
    movements: createMovementStore(sql),
    reservations: createReservationStore(sql),
    assertUnreferred: (id) => assertUnreferred(id),
  });

let database: TestDatabase;
let assertUnreferred: AssertUnreferred;
let recorder: StatusRecorder;

beforeAll(async () => {
  database = await testDatabase(join(import.meta.dir, 'migrations'));
  recorder = recordStatuses(appOver(database.sql), products);
});
beforeEach(async () => {
  assertUnreferred = () => Promise.resolve();
  await database.sql`truncate product, reservation, reservation_line, idempotency_key`;
});
afterAll(() => database.drop());

const send: StatusRecorder['send'] = (line, request) => recorder.send(line, request);
const lamp = { sku: 'LAMP-1', name: 'Lampe à poser', unitPrice: '12.5' };
const add = async (body: object = {}): Promise<Product> => {
  const answer = await send('POST /products', { body: { ...lamp, ...body } });
  expect(answer.status).toBe(201);
  return answer.body;
};
const find = async (id: string): Promise<Product> => (await send(`GET /products/${id}`)).body;
const stockOf = async (id: string) => {
  const { onHand, reserved, available } = await find(id);
  return { onHand, reserved, available };
};
const reserve = (id: string, lines: readonly object[], more: object = {}) =>
  send(`PUT /reservations/${id}`, { body: { lines, ...more } });
const names = async (query: string) =>
  (await send(`GET /products${query}`)).body.items.map(({ name }: Product) => name);
const move = (id: string, body: object, key?: string) =>
  send(`POST /products/${id}/movements`, { body, ...(key ? { idempotencyKey: key } : {}) });
const everything = async () => {
  const [row] = await database.sql`
    select (select json_agg(product) from product) as products,
           (select count(*)::int from stock_movement) as movements,
           (select count(*)::int from reservation) as reservations
  `;
  return row;
};
const newId = () => Bun.randomUUIDv7();
const UNKNOWN = '01930000-0000-7000-8000-00000000ffff';

describe('POST /products', () => {
  test('answers 201 with the record, its ETag, its Location and decimals in full', async () => {
    const { status, headers, body } = await send('POST /products', {
      body: { ...lamp, sku: ' LAMP-1 ', initialQuantity: '1.5' },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7/),
      sku: 'LAMP-1',
      name: 'Lampe à poser',
      unit: '',
      unitPrice: '12.500000',
      currency: 'EUR',
      vatRateBp: 2000,
      trackStock: true,
      lowStockThreshold: '0.000',
      onHand: '1.500',
      reserved: '0.000',
      available: '1.500',
      archivedAt: null,
      version: 1,
      createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
      updatedAt: body.createdAt,
    });
    expect(headers.get('etag')).toBe('"1"');
    expect(headers.get('location')).toBe(`/products/${body.id}`);
  });

  test('writes what is on the shelf already as the first movement', async () => {
    const { id } = await add({ initialQuantity: '12' });
    const { body } = await send(`GET /products/${id}/movements`);
    expect(body.items).toEqual([
      expect.objectContaining({ delta: '12.000', reason: 'receipt', balanceAfter: '12.000' }),
    ]);
  });

  test('answers 409 for a SKU that another product has, whatever its case', async () => {
    await add();
    const answer = await send('POST /products', { body: { ...lamp, sku: 'lamp-1' } });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/sku-taken');
    expect(answer.body.errors[0].pointer).toBe('/sku');
  });

  test('answers 422 when a product without stock is to start with some', async () => {
    const body = { ...lamp, trackStock: false, initialQuantity: '1' };
    const answer = await send('POST /products', { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe('/initialQuantity');
  });

  test('makes one product of repeats under one Idempotency-Key', async () => {
    const sent = { body: lamp, idempotencyKey: 'form-1' };
    const first = await send('POST /products', sent);
    expect((await send('POST /products', sent)).body).toEqual(first.body);
    const other = { ...sent, body: { ...lamp, sku: 'OTHER' } };
    expect((await send('POST /products', other)).status).toBe(422);
  });

  test('answers 422 for numbers beyond what can be kept', async () => {
    for (const unitPrice of ['1234567890123', '0.1234567', '-1', '1e3', '1,5', '']) {
      const { status, body } = await send('POST /products', { body: { ...lamp, unitPrice } });
      expect([status, body.errors[0].pointer]).toEqual([422, '/unitPrice']);
    }
    const most = { ...lamp, unitPrice: '999999999999.999999', initialQuantity: '999999999.999' };
    expect((await send('POST /products', { body: most })).body).toMatchObject({
      unitPrice: '999999999999.999999',
      onHand: '999999999.999',
    });
  });
});

describe('GET /products', () => {
  beforeEach(async () => {
    await add({ sku: 'A-2', name: 'Écran', unitPrice: '199', initialQuantity: '3' });
    await add({ sku: 'B-1', name: 'clavier', unitPrice: '49', initialQuantity: '10' });
    await add({ sku: 'C-3', name: 'Souris', unitPrice: '1000', initialQuantity: '7' });
  });
  test('searches name and SKU, whatever case and accents', async () => {
    expect(await names('?q=ecran')).toEqual(['Écran']);
    expect(await names('?q=c-3')).toEqual(['Souris']);
    expect(await names('?q=b-1%20CLAVIER')).toEqual(['clavier']);
    expect(await names('?q=%25')).toEqual([]);
  });

  test('gives first what has the SKU, then what starts so, then what has it somewhere', async () => {
    for (const [sku, name] of [
      ['X-1', 'Pied pour LED'],
      ['LED', 'Ampoule'],
      ['X-2', 'LED blanche'],
      ['LED-2', 'Bande'],
    ])
      await add({ sku, name });
    const all = ['Ampoule', 'LED blanche', 'Bande', 'Pied pour LED'];
    expect(await names('?q=led')).toEqual(all);
    expect([...(await names('?q=led&size=3')), ...(await names('?q=led&size=3&page=1'))]).toEqual(
      all,
    );
    expect(await names('?q=led&sort=-name')).toEqual([
      'Pied pour LED',
      'LED blanche',
      'Bande',
      'Ampoule',
    ]);
  });

  test('sorts numbers by their value and names as people do', async () => {
    expect(await names('')).toEqual(['clavier', 'Écran', 'Souris']);
    expect(await names('?sort=-unitPrice')).toEqual(['Souris', 'Écran', 'clavier']);
    expect(await names('?sort=onHand')).toEqual(['Écran', 'Souris', 'clavier']);
    expect(await names('?sort=-available,name')).toEqual(['clavier', 'Souris', 'Écran']);
    expect(await names('?sort=sku&page=1&size=2')).toEqual(['Souris']);
  });
});

describe('GET /products with filters', () => {
  test('gives only what is low in stock: tracked, and at or below its threshold', async () => {
    await add({ sku: 'A', name: 'Plenty', initialQuantity: '6', lowStockThreshold: '5' });
    const { id } = await add({
      sku: 'B',
      name: 'Low',
      initialQuantity: '6',
      lowStockThreshold: '5',
    });
    await add({ sku: 'C', name: 'Service', trackStock: false, lowStockThreshold: '5' });
    expect(await names('?lowStock=true')).toEqual([]);
    await reserve(newId(), [{ productId: id, quantity: '1' }]);
    expect(await names('?lowStock=true')).toEqual(['Low']);
    expect((await send('GET /products?lowStock=yes')).status).toBe(422);
  });

  test('gives the ones that are named, archived or not', async () => {
    const one = await add({ sku: 'A', name: 'One' });
    const two = await add({ sku: 'B', name: 'Two' });
    await add({ sku: 'C', name: 'Three' });
    await send(`POST /products/${two.id}/archive`, { ifMatch: 1 });
    expect(await names(`?ids=${one.id},${two.id.toUpperCase()},${UNKNOWN}`)).toEqual([
      'One',
      'Two',
    ]);
    const { status, body } = await send('GET /products?ids=1,2');
    expect([status, body.errors[0].pointer]).toEqual([422, '/ids']);
  });

  test('leaves out what is archived until it is restored', async () => {
    const { id } = await add({ initialQuantity: '2' });
    const archived = await send(`POST /products/${id}/archive`, { ifMatch: 1 });
    expect(archived.body).toMatchObject({ version: 2, archivedAt: archived.body.updatedAt });
    expect((await send(`POST /products/${id}/archive`, { ifMatch: 2 })).body.version).toBe(2);
    expect([await names(''), await names('?archived=true')]).toEqual([[], ['Lampe à poser']]);
    const restored = await send(`POST /products/${id}/restore`, { ifMatch: 2 });
    expect(restored.body).toMatchObject({ version: 3, archivedAt: null });
    expect(await names('')).toEqual(['Lampe à poser']);
  });
});

test('GET /products/{id}/history says what was changed, also after the product is gone', async () => {
  const { id } = await add();
  await send(`PATCH /products/${id}`, { body: { unitPrice: '13' }, ifMatch: 1 });
  await send(`PATCH /products/${id}`, { body: { unitPrice: '13.00' }, ifMatch: 2 });
  await send(`DELETE /products/${id}`, { ifMatch: 3 });
  const first = (await send(`GET /products/${id}/history?size=2`)).body;
  expect(first.items).toMatchObject([
    { action: 'deleted', changes: [] },
    {
      action: 'changed',
      changes: [{ field: 'unitPrice', before: '12.500000', after: '13.000000' }],
    },
  ]);
  const rest = (await send(`GET /products/${id}/history?cursor=${first.next}`)).body;
  expect(rest).toMatchObject({ items: [{ action: 'created' }], next: null });
  expect((await send(`GET /products/${UNKNOWN}/history`)).status).toBe(404);
});

test('GET /openapi.json describes every operation', async () => {
  const { body } = await send('GET /openapi.json');
  const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(Object.keys(products.operations).toSorted());
});

describe('PUT, PATCH and DELETE /products/{id}', () => {
  test('PUT replaces what people fill in and leaves the stock alone', async () => {
    const { id } = await add({ unit: 'pièce', initialQuantity: '4' });
    const answer = await send(`PUT /products/${id}`, { body: lamp, ifMatch: 1 });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, unit: '', onHand: '4.000', version: 2 });
  });

  test('PATCH changes what it names and nothing else', async () => {
    const { id } = await add({ unit: 'pièce' });
    const answer = await send(`PATCH /products/${id}`, { body: { unitPrice: '9' }, ifMatch: 1 });
    expect(answer.body).toMatchObject({ unit: 'pièce', unitPrice: '9.000000', version: 2 });
  });

  test('answers 409 when the new SKU is taken', async () => {
    await add({ sku: 'TAKEN' });
    const { id } = await add();
    const body = { ...lamp, sku: 'taken' };
    expect((await send(`PUT /products/${id}`, { body, ifMatch: 1 })).status).toBe(409);
    const patch = await send(`PATCH /products/${id}`, { body: { sku: 'taken' }, ifMatch: 1 });
    expect(patch.body.errors[0]).toMatchObject({ pointer: '/sku', code: 'taken' });
    expect((await find(id)).version).toBe(1);
  });

  test('DELETE removes a product that nothing refers to', async () => {
    const { id } = await add({ initialQuantity: '4' });
    expect((await send(`DELETE /products/${id}`, { ifMatch: '*' })).status).toBe(204);
    expect((await send(`GET /products/${id}`)).status).toBe(404);
  });

  test('DELETE answers 409 while stock is reserved or was taken, not once it was given back', async () => {
    const { id } = await add({ initialQuantity: '4' });
    const reservation = newId();
    await reserve(reservation, [{ productId: id, quantity: '1' }]);
    const answer = await send(`DELETE /products/${id}`, { ifMatch: '*' });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/in-use');
    await send(`DELETE /reservations/${reservation}`);
    expect((await send(`DELETE /products/${id}`, { ifMatch: '*' })).status).toBe(204);
  });

  test.each([
    [409, () => conflict('in-use', 'Others refer to it')],
    [502, () => Promise.reject(badGateway('billing-service'))],
    [503, () => Promise.reject(new ProblemError(503, 'service-unavailable', 'Nobody there'))],
    [504, () => Promise.reject(serviceTooLate('billing-service'))],
  ])(
    'DELETE answers %d, and the record stays, unless nothing refers to it',
    async (status, ask) => {
      const { id } = await add();
      assertUnreferred = async () => ask();
      expect((await send(`DELETE /products/${id}`, { ifMatch: '*' })).status).toBe(status);
      expect((await send(`GET /products/${id}`)).status).toBe(200);
    },
  );

  for (const [method, body, action = ''] of [
    ['PUT', lamp],
    ['PATCH', { unit: 'kg' }],
    ['DELETE'],
    ['POST', undefined, '/archive'],
    ['POST', undefined, '/restore'],
  ] as const) {
    test(`${method} ${action} answers 428 without If-Match, 412 with the current state when it is stale`, async () => {
      const { id } = await add({ initialQuantity: '4' });
      const line = `${method} /products/${id}${action}`;
      expect((await send(line, { body })).status).toBe(428);
      await send(`POST /products/${id}/movements`, { body: { delta: '1', reason: 'receipt' } });
      const stale = await send(line, { body, ifMatch: 1 });
      expect(stale.status).toBe(412);
      expect(stale.headers.get('etag')).toBe('"2"');
      expect(stale.body.current).toMatchObject({ id, onHand: '5.000', version: 2 });
    });

    test(`${method} ${action} answers 404 for an unknown id`, async () => {
      expect((await send(`${method} /products/${UNKNOWN}${action}`, { body })).status).toBe(404);
    });
  }
});

describe('/products/{id}/movements', () => {
  test('POST moves stock, says the balance, and moves the ETag of the product on', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const answer = await move(id, { delta: '-2.5', reason: 'adjustment', note: 'Casse' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`/products/${id}/movements`);
    expect(answer.body).toMatchObject({
      productId: id,
      delta: '-2.500',
      reason: 'adjustment',
      note: 'Casse',
      reference: '',
      balanceAfter: '7.500',
    });
    expect(await find(id)).toMatchObject({ onHand: '7.500', version: 2 });
  });

  test('a movement says who made it, as its request does, or nobody', async () => {
    const { id } = await add({ initialQuantity: '1' });
    const body = { delta: '1', reason: 'receipt' };
    const headers = { 'x-forwarded-user': 'imane@example.com' };
    const moved = await send(`POST /products/${id}/movements`, { body, headers });
    expect(moved.body.who).toBe('imane@example.com');
    const { items } = (await send(`GET /products/${id}/movements`)).body;
    expect(items.map(({ who }: Movement) => who)).toEqual(['imane@example.com', null]);
  });

  test('GET gives the ledger newest first and goes on from a cursor, whatever came meanwhile', async () => {
    const { id } = await add({ initialQuantity: '1' });
    for (const note of ['Été', 'Hiver', 'Printemps']) {
      await move(id, { delta: '1', reason: 'receipt', note });
    }
    const first = (await send(`GET /products/${id}/movements?size=2`)).body;
    await move(id, { delta: '1', reason: 'receipt', note: 'Automne' });
    const rest = (await send(`GET /products/${id}/movements?cursor=${first.next}`)).body;
    const seen = [...first.items, ...rest.items];
    expect(seen.map(({ note, balanceAfter }: Movement) => [note, balanceAfter])).toEqual([
      ['Printemps', '4.000'],
      ['Hiver', '3.000'],
      ['Été', '2.000'],
      ['', '1.000'],
    ]);
    expect(rest.next).toBeNull();
    expect((await send(`GET /products/${id}/movements?cursor=x`)).status).toBe(422);
  });

  test('GET still gives the ledger of a product that is gone', async () => {
    const { id } = await add({ initialQuantity: '1' });
    await send(`DELETE /products/${id}`, { ifMatch: '*' });
    expect((await send(`GET /products/${id}/movements`)).body.items).toHaveLength(1);
  });

  test('a count makes what is on hand what was counted, and says the difference', async () => {
    const { id } = await add({ initialQuantity: '10' });
    await reserve(newId(), [{ productId: id, quantity: '4' }]);
    const count = (found: string) =>
      send(`POST /products/${id}/counts`, { body: { counted: found, note: 'Inventaire' } });
    const answer = await count('7.5');
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      delta: '-2.500',
      reason: 'count',
      note: 'Inventaire',
      balanceAfter: '7.500',
    });
    expect((await count('7.5')).body).toMatchObject({ delta: '0.000', balanceAfter: '7.500' });
    const short = await count('3.999');
    expect([short.status, short.body.type]).toEqual([409, '/problems/stock-short']);
    expect(short.body.errors).toEqual([
      { pointer: '/counted', code: 'stock_short', detail: '4 reserved, 3.999 counted' },
    ]);
    expect((await count('-1')).status).toBe(422);
    expect(await stockOf(id)).toMatchObject({ onHand: '7.500', reserved: '4.000' });
  });

  test('answers 404 for an unknown product, even under an Idempotency-Key', async () => {
    expect((await send(`GET /products/${UNKNOWN}/movements`)).status).toBe(404);
    expect((await move(UNKNOWN, { delta: '1', reason: 'receipt' }, 'k')).status).toBe(404);
    const count = { body: { counted: '1' }, idempotencyKey: 'k' };
    expect((await send(`POST /products/${UNKNOWN}/counts`, count)).status).toBe(404);
  });

  test('answers 409 when less than what is reserved would stay', async () => {
    const { id } = await add({ initialQuantity: '10' });
    await reserve(newId(), [{ productId: id, quantity: '4' }]);
    const answer = await move(id, { delta: '-6.001', reason: 'adjustment', note: 'Casse' });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/stock-short');
    expect(answer.body.errors).toEqual([
      { pointer: '/delta', code: 'stock_short', detail: '6 available, 6.001 asked for' },
    ]);
    expect((await move(id, { delta: '-6', reason: 'adjustment', note: 'Casse' })).status).toBe(201);
  });

  test('answers 409 for a product without stock, and for more than can be counted', async () => {
    const service = await add({ sku: 'S', trackStock: false });
    const untracked = await move(service.id, { delta: '1', reason: 'receipt' });
    expect([untracked.status, untracked.body.type]).toEqual([409, '/problems/stock-not-tracked']);
    const full = await add({ initialQuantity: '999999999.999' });
    const tooMuch = await move(full.id, { delta: '0.001', reason: 'receipt' });
    expect([tooMuch.status, tooMuch.body.type]).toEqual([409, '/problems/stock-too-large']);
  });

  test('answers 422 for zero, a receipt that takes away, a sale by hand, an adjustment without a why', async () => {
    const { id } = await add({ initialQuantity: '5' });
    for (const body of [
      { delta: '0.000', reason: 'receipt' },
      { delta: '-1', reason: 'receipt' },
      { delta: '-1', reason: 'sale' },
      { delta: '-1', reason: 'adjustment' },
      { delta: '1234567890', reason: 'receipt' },
    ]) {
      expect((await move(id, body)).status).toBe(422);
    }
    expect((await find(id)).onHand).toBe('5.000');
  });

  test('moves once for repeats under one Idempotency-Key', async () => {
    const { id } = await add();
    const body = { delta: '3', reason: 'return' };
    const answers = await Promise.all(Array.from({ length: 6 }, () => move(id, body, 'void-1')));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect((await find(id)).onHand).toBe('3.000');
  });
});

describe('/reservations/{id}', () => {
  test('PUT puts stock aside, all lines or none, with duplicate lines summed', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    const { status, headers, body } = await reserve(reservation, [
      { productId: id, quantity: '4' },
      { productId: id.toUpperCase(), quantity: '2.5' },
    ]);
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      id: reservation,
      status: 'held',
      lines: [{ productId: id, quantity: '6.500' }],
    });
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(900_000);
    expect(await stockOf(id)).toEqual({
      onHand: '10.000',
      reserved: '6.500',
      available: '3.500',
    });
    expect((await send(`GET /reservations/${reservation}`)).body).toEqual(body);
  });

  test('PUT answers 409 with an entry per short line, and holds nothing', async () => {
    const lamps = await add({ initialQuantity: '10' });
    const chairs = await add({ sku: 'CHAIR', initialQuantity: '1' });
    const reservation = newId();
    const answer = await reserve(reservation, [
      { productId: lamps.id, quantity: '6' },
      { productId: chairs.id, quantity: '1' },
      { productId: lamps.id, quantity: '5' },
    ]);
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/stock-short');
    const detail = '10 available, 11 asked for';
    expect(answer.body.errors).toEqual([
      { pointer: '/lines/0/quantity', code: 'stock_short', detail },
      { pointer: '/lines/2/quantity', code: 'stock_short', detail },
    ]);
    expect((await stockOf(chairs.id)).reserved).toBe('0.000');
    expect((await send(`GET /reservations/${reservation}`)).status).toBe(404);
  });

  test('PUT answers 422 with the pointer of each line whose product is unknown', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const answer = await reserve(newId(), [
      { productId: id, quantity: '1' },
      { productId: UNKNOWN, quantity: '1' },
    ]);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      {
        pointer: '/lines/1/productId',
        code: 'unknown_product',
        detail: `No product has the id '${UNKNOWN}'`,
      },
    ]);
    expect((await stockOf(id)).reserved).toBe('0.000');
  });

  test('PUT again with the same lines changes nothing but the expiry', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    const lines = [{ productId: id, quantity: '4' }];
    const first = await reserve(reservation, lines, { expiresInSeconds: 10 });
    const again = await reserve(reservation, lines, { expiresInSeconds: 600 });
    expect(again.body).toMatchObject({ status: 'held', lines: first.body.lines, version: 2 });
    expect(again.body.expiresAt > first.body.expiresAt).toBe(true);
    expect((await stockOf(id)).reserved).toBe('4.000');
  });

  test('PUT with other lines takes the place of what was held, or leaves it when short', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const other = await add({ sku: 'OTHER', initialQuantity: '2' });
    const reservation = newId();
    await reserve(reservation, [{ productId: id, quantity: '8' }]);
    const more = [
      { productId: other.id, quantity: '2' },
      { productId: id, quantity: '9' },
    ];
    expect((await reserve(reservation, more)).body.lines).toHaveLength(2);
    expect((await stockOf(id)).reserved).toBe('9.000');
    expect((await reserve(reservation, [{ productId: id, quantity: '11' }])).status).toBe(409);
    expect([(await stockOf(id)).reserved, (await stockOf(other.id)).reserved]).toEqual([
      '9.000',
      '2.000',
    ]);
  });

  test('PUT passes over products without stock', async () => {
    const service = await add({ trackStock: false });
    const { status, body } = await reserve(newId(), [{ productId: service.id, quantity: '7' }]);
    expect([status, body.lines]).toEqual([200, []]);
    expect((await stockOf(service.id)).reserved).toBe('0.000');
  });

  test('PUT twice at once holds once', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    const lines = [{ productId: id, quantity: '6' }];
    const answers = await Promise.all(Array.from({ length: 8 }, () => reserve(reservation, lines)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect((await stockOf(id)).reserved).toBe('6.000');
  });

  test('commit takes the stock off the shelf, once', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    await reserve(reservation, [{ productId: id, quantity: '4' }]);
    const commits = await Promise.all(
      Array.from({ length: 5 }, () => send(`POST /reservations/${reservation}/commit`)),
    );
    expect(commits.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(commits[0]?.body).toMatchObject({ status: 'committed', version: 2 });
    expect(await stockOf(id)).toEqual({ onHand: '6.000', reserved: '0.000', available: '6.000' });
    const { body } = await send(`GET /products/${id}/movements`);
    expect(body.items[0]).toMatchObject({
      delta: '-4.000',
      reason: 'sale',
      reference: reservation,
      balanceAfter: '6.000',
    });
    expect(body.items).toHaveLength(2);
    const put = await reserve(reservation, [{ productId: id, quantity: '1' }]);
    expect(put.body).toMatchObject({ status: 'committed', lines: [{ quantity: '4.000' }] });
  });

  test('commit answers 404 for an unknown reservation, 409 for one that was released', async () => {
    expect((await send(`POST /reservations/${newId()}/commit`)).status).toBe(404);
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    await reserve(reservation, [{ productId: id, quantity: '4' }]);
    await send(`DELETE /reservations/${reservation}`);
    const answer = await send(`POST /reservations/${reservation}/commit`);
    expect([answer.status, answer.body.type]).toEqual([409, '/problems/reservation-released']);
  });

  test('release gives the stock back, once, and PUT may reserve anew', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    const lines = [{ productId: id, quantity: '4' }];
    await reserve(reservation, lines);
    for (const _ of [1, 2]) {
      expect((await send(`DELETE /reservations/${reservation}`)).status).toBe(204);
      expect((await stockOf(id)).reserved).toBe('0.000');
    }
    expect((await reserve(reservation, lines)).body).toMatchObject({ status: 'held', version: 3 });
    expect((await stockOf(id)).reserved).toBe('4.000');
  });

  test('release answers 404 for an unknown reservation, 409 once it was committed', async () => {
    expect((await send(`DELETE /reservations/${newId()}`)).status).toBe(404);
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    await reserve(reservation, [{ productId: id, quantity: '4' }]);
    await send(`POST /reservations/${reservation}/commit`);
    const answer = await send(`DELETE /reservations/${reservation}`);
    expect([answer.status, answer.body.type]).toEqual([409, '/problems/reservation-committed']);
  });
});

test('an Idempotency-Key whose first request still runs gives 409 on every POST that takes one', async () => {
  const { id } = await add();
  await database.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('slow', 1))`;
    const sent = { idempotencyKey: 'slow', body: { ...lamp, sku: 'NEW' } };
    expect((await send('POST /products', sent)).status).toBe(409);
    const moved = { idempotencyKey: 'slow', body: { delta: '1', reason: 'receipt' } };
    expect((await send(`POST /products/${id}/movements`, moved)).status).toBe(409);
    const counted = { idempotencyKey: 'slow', body: { counted: '1' } };
    expect((await send(`POST /products/${id}/counts`, counted)).status).toBe(409);
  });
});

const reserveAll = (...reservations: { id: string; lines: object[] }[]) =>
  send('POST /reservations', { body: { reservations } });
const commitAll = (...reservations: object[]) =>
  send('POST /reservation-commits', { body: { reservations } });
const lineOf = (productId: string, quantity: string) => ({
  id: newId(),
  lines: [{ productId, quantity }],
});

describe('POST /reservations and /reservation-commits', () => {
  test('each stands by itself, and later ones see what earlier ones took', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const [first, tooMuch, second] = [lineOf(id, '6'), lineOf(id, '5'), lineOf(id, '4')];
    const nothing = lineOf(UNKNOWN, '1');
    const { status, body } = await reserveAll(first, tooMuch, nothing, second);
    expect(status).toBe(200);
    expect(body.outcomes).toEqual([
      { id: first.id },
      {
        id: tooMuch.id,
        problem: expect.objectContaining({
          type: '/problems/stock-short',
          status: 409,
          errors: [expect.objectContaining({ detail: '4 available, 5 asked for' })],
        }),
      },
      { id: nothing.id, problem: expect.objectContaining({ status: 422 }) },
      { id: second.id },
    ]);
    expect(await stockOf(id)).toEqual({ onHand: '10.000', reserved: '10.000', available: '0.000' });
    expect((await send(`GET /reservations/${tooMuch.id}`)).status).toBe(404);
    expect((await send(`GET /reservations/${first.id}`)).body.lines).toEqual([
      { productId: id, quantity: '6.000' },
    ]);

    const again = await reserveAll(first, second);
    expect(again.body.outcomes).toEqual([{ id: first.id }, { id: second.id }]);
    expect((await stockOf(id)).reserved).toBe('10.000');

    await send(`DELETE /reservations/${second.id}`);
    const committed = await commitAll(
      { id: first.id, who: 'Hélène' },
      { id: second.id },
      { id: tooMuch.id },
    );
    expect(committed.body.outcomes).toEqual([
      { id: first.id },
      { id: second.id, problem: expect.objectContaining({ status: 409 }) },
      { id: tooMuch.id, problem: expect.objectContaining({ status: 404 }) },
    ]);
    await commitAll({ id: first.id });
    expect(await stockOf(id)).toEqual({ onHand: '4.000', reserved: '0.000', available: '4.000' });
    const { items } = (await send(`GET /products/${id}/movements`)).body;
    expect(items[0]).toMatchObject({
      delta: '-6.000',
      reference: first.id,
      balanceAfter: '4.000',
      who: 'Hélène',
    });
  });

  test('balances follow one another when one product is taken many times at once', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const all = Array.from({ length: 5 }, () => lineOf(id, '1.5'));
    await reserveAll(...all);
    await commitAll(...all.map((one) => ({ id: one.id })));
    const { items } = (await send(`GET /products/${id}/movements`)).body;
    expect(items.map(({ balanceAfter }: Movement) => balanceAfter)).toEqual([
      '2.500',
      '4.000',
      '5.500',
      '7.000',
      '8.500',
      '10.000',
    ]);
  });

  test('batches over the same products, in any order and at the same time, never give a deadlock', async () => {
    const shelves = await Promise.all(
      Array.from({ length: 6 }, (_, n) => add({ sku: `S-${n}`, initialQuantity: '100' })),
    );
    const batch = (n: number) => {
      const lines = shelves.map(({ id }) => ({ productId: id, quantity: '1' }));
      return [0, 1].map(() => ({ id: newId(), lines: n % 2 === 0 ? lines : lines.toReversed() }));
    };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => {
        const reservations = batch(n);
        await reserveAll(...reservations);
        return commitAll(...reservations.map(({ id }) => ({ id })));
      }),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.outcomes.filter(({ problem }: { problem?: object }) => problem)).toEqual([]);
    }
    expect(await stockOf(shelves[0]!.id)).toMatchObject({ onHand: '60.000', reserved: '0.000' });
  });

  test('answers 422 for one that is named twice', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const one = lineOf(id, '1');
    const { status, body } = await reserveAll(one, lineOf(id, '1'), one);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '/reservations/2/id', code: 'twice' }]);
    expect((await commitAll({ id: one.id }, { id: one.id })).status).toBe(422);
  });
});

describe('bad input', () => {
  const bodies = {
    create: lamp,
    update: lamp,
    patch: {},
    move: { delta: '1', reason: 'receipt' },
    count: { counted: '1' },
    reserve: { lines: [{ productId: UNKNOWN, quantity: '1' }] },
  };
  for (const bad of badRequests(products, { bodies })) {
    test(`${bad.name} answers ${bad.status} and writes nothing`, async () => {
      await add({ initialQuantity: '3' });
      const before = await everything();
      const response = await recorder.request(bad.path, bad.init);
      expect(response.status).toBe(bad.status);
      expect(response.headers.get('allow')).toBe(bad.allow ?? null);
      const { errors = [] } = Problem.parse(await response.json());
      const pointers = errors.map(({ pointer }) => pointer);
      expect(pointers).toEqual(expect.arrayContaining([...(bad.pointers ?? [])]));
      expect(await everything()).toEqual(before);
    });
  }

  test('whatever is sent, the answer is one that the contract declares, never a 5xx', async () => {
    const { id } = await add({ initialQuantity: '3' });
    await reserve(id, [{ productId: id, quantity: '1' }]);
    await fc.assert(
      fc.asyncProperty(hostileRequests(products, [id]), async ({ path, init }) => {
        const response = await recorder.request(path, init);
        expect(response.status).toBeLessThan(500);
      }),
      { numRuns: 800 },
    );
  }, 60_000);
});

test('a database that is away gives 503, not 500', async () => {
  const nowhere = connect('postgres://nobody@127.0.0.1:1/inventory');
  const app = appOver(nowhere);
  const put = {
    method: 'PUT',
    body: JSON.stringify({ lines: [{ productId: UNKNOWN, quantity: '1' }] }),
  };
  const headers = { 'content-type': 'application/json' };
  expect((await app.request('/products')).status).toBe(503);
  const response = await app.request(`/reservations/${UNKNOWN}`, { ...put, headers });
  expect(response.status).toBe(503);
  expect(Problem.parse(await response.json()).type).toBe('/problems/database-unavailable');
  await nowhere.end({ timeout: 0 });
});

test('every status that openapi.json declares was produced', () => {
  expect(recorder.missingStatuses()).toEqual([]);
});
