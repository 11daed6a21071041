import { afterAll, beforeEach, describe, expect, test } from 'bun:test';

import { lamp, testInventory } from './testing-inventory.ts';
import { categoryOfRate, fitsRate, VAT_CATEGORIES } from './vat-category.ts';

const inventory = await testInventory('create', 'get', 'update', 'patch', 'history');
const { add, find, send } = inventory;

beforeEach(inventory.empty);
afterAll(inventory.drop);

const misfitting = (detail: string) => [
  { pointer: '/vatCategory', code: 'unfit_category', detail: expect.stringContaining(detail) },
];

test('S alone bears a rate above 0, and what only says its rate gets a category that fits', () => {
  expect(VAT_CATEGORIES.filter((category) => fitsRate(category, 1))).toEqual(['S']);
  expect(VAT_CATEGORIES.filter((category) => !fitsRate(category, 0))).toEqual(['S']);
  expect([0, 1, 2000].map(categoryOfRate)).toEqual(['Z', 'S', 'S']);
});

describe('the VAT category of a product', () => {
  test('follows from the rate where it is left out, also in a PUT', async () => {
    const { id, vatCategory } = await add();
    expect(vatCategory).toBe('S');
    expect(await add({ sku: 'FREE', vatRateBp: 0 })).toMatchObject({ vatCategory: 'Z' });
    const body = { ...lamp, vatRateBp: 0, vatCategory: 'E' };
    expect((await send(`PUT /products/${id}`, { body, ifMatch: 1 })).body).toMatchObject({
      vatRateBp: 0,
      vatCategory: 'E',
    });
    expect((await send(`PUT /products/${id}`, { body: lamp, ifMatch: 2 })).body).toMatchObject({
      vatRateBp: 2000,
      vatCategory: 'S',
    });
  });

  test('stays with a PATCH of the rate while it fits, and else follows from the rate', async () => {
    const { id } = await add({ vatRateBp: 0, vatCategory: 'AE' });
    const patched = async (body: object) =>
      (await send(`PATCH /products/${id}`, { body, ifMatch: '*' })).body;
    expect(await patched({ vatRateBp: 0, unit: 'kg' })).toMatchObject({ vatCategory: 'AE' });
    expect(await patched({ vatRateBp: 550 })).toMatchObject({ vatCategory: 'S' });
    expect(await patched({ vatRateBp: 0 })).toMatchObject({ vatCategory: 'Z' });
    expect(await patched({ vatCategory: 'K' })).toMatchObject({ vatRateBp: 0, vatCategory: 'K' });
    const { items } = (await send(`GET /products/${id}/history?field=vatCategory`)).body;
    expect(items[0]).toMatchObject({
      changes: [{ field: 'vatCategory', before: 'Z', after: 'K' }],
    });
  });

  test('that its rate does not fit is refused, and changes nothing', async () => {
    const { id } = await add();
    const untaxed = { ...lamp, sku: 'OTHER', vatCategory: 'AE' };
    for (const { answer, detail } of [
      { answer: await send('POST /products', { body: untaxed }), detail: 'bears no VAT' },
      {
        answer: await send(`PUT /products/${id}`, { body: untaxed, ifMatch: 1 }),
        detail: 'bears no VAT',
      },
      {
        answer: await send(`PATCH /products/${id}`, {
          body: { vatRateBp: 0, vatCategory: 'S' },
          ifMatch: 1,
        }),
        detail: 'above 0',
      },
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual(misfitting(detail));
    }
    const unknown = await send('POST /products', { body: { ...untaxed, vatCategory: 'AA' } });
    expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([422, '/vatCategory']);
    expect(await find(id)).toMatchObject({ vatCategory: 'S', version: 1 });
  });

  test('is kept by the database as well', async () => {
    const { id } = await add();
    const { sql } = inventory;
    const change = async () => sql`update product set vat_category = 'AE' where id = ${id}`;
    expect(change()).rejects.toThrow('product_vat_fits');
  });
});
