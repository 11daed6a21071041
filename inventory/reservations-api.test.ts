import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { testInventory, UNKNOWN } from './testing-inventory.ts';

const inventory = await testInventory('reserve', 'reservation', 'commit', 'release');
const { add, contract, recorder, reserve, send, stockOf } = inventory;

beforeEach(() => inventory.empty());
afterAll(inventory.drop);

const newId = () => Bun.randomUUIDv7();

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

  test('PUT repeated holds no more, however the id is spelt', async () => {
    const { id } = await add({ initialQuantity: '10' });
    const reservation = newId();
    const lines = [{ productId: id, quantity: '5' }];
    await reserve(reservation.toUpperCase(), lines);
    const again = await reserve(reservation.toUpperCase(), lines);
    expect(again).toMatchObject({ status: 200, body: { id: reservation } });
    expect((await stockOf(id)).reserved).toBe('5.000');
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

testBadInput({
  contract,
  bodies: { reserve: { lines: [{ productId: UNKNOWN, quantity: '1' }] } },
  recorder,
  async prepare() {
    const { id } = await add({ sku: newId(), initialQuantity: '3' });
    await reserve(id, [{ productId: id, quantity: '1' }]);
    return [id];
  },
  state: inventory.everything,
  hostileRuns: 400,
});
