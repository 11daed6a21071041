import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';
import { Problem } from 'platform/contract';
import { connect } from 'platform/database';
import { testRecordManners } from 'platform/record-manners';

import { products } from './contract.ts';
import type { Product } from './product-contract.ts';
import { inventoryOver, lamp, testInventory, UNKNOWN } from './testing-inventory.ts';

const inventory = await testInventory(
  'list',
  'create',
  'get',
  'update',
  'patch',
  'remove',
  'archive',
  'restore',
  'history',
);
const { add, ask, contract, find, recorder, reserve, send, sql } = inventory;

beforeEach(async () => {
  ask(() => Promise.resolve());
  await inventory.empty();
});
afterAll(inventory.drop);

const names = async (query: string) =>
  (await send(`GET /products${query}`)).body.items.map(({ name }: Product) => name);
const newId = () => Bun.randomUUIDv7();

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
      vatCategory: 'S',
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

  test('answers 422 for a currency that is none', async () => {
    const { status, body } = await send('POST /products', { body: { ...lamp, currency: 'ZZZ' } });
    expect([status, body.errors[0].pointer]).toEqual([422, '/currency']);
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

  test('the history of the price alone tells the prices of the past', async () => {
    const { id } = await add();
    await send(`PATCH /products/${id}`, { body: { unitPrice: '13' }, ifMatch: 1 });
    await send(`PATCH /products/${id}`, { body: { unitPrice: '13.00' }, ifMatch: 2 });
    await send(`PATCH /products/${id}`, { body: { unit: 'kg' }, ifMatch: 3 });
    const { items } = (await send(`GET /products/${id}/history?field=unitPrice`)).body;
    expect(items).toMatchObject([
      { changes: [{ field: 'unitPrice', before: '12.500000', after: '13.000000' }] },
      { action: 'created' },
    ]);
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
});

test('GET /openapi.json describes every operation', async () => {
  const { body } = await send('GET /openapi.json');
  const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  );
  expect(ids.toSorted()).toEqual(Object.keys(products.operations).toSorted());
});

test('a database that is away gives 503, not 500', async () => {
  const nowhere = connect('postgres://nobody@127.0.0.1:1/inventory');
  const { app } = inventoryOver(nowhere);
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

let made = 0;
testRecordManners({
  path: '/products',
  send,
  sql,
  make: () => ({ ...lamp, sku: `LAMP-${(made += 1)}`, name: `Lampe ${made}` }),
  ask,
});

testBadInput({
  contract,
  bodies: { create: lamp, update: lamp, patch: {} },
  recorder,
  prepare: async () => [(await add({ initialQuantity: '3' })).id],
  state: inventory.everything,
  hostileRuns: 400,
});
