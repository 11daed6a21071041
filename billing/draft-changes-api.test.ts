import { afterAll, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { pointersOf, testBillingApi, UNKNOWN } from './testing-api.ts';
import { nobody, testNeeds } from './testing-needs.ts';

const api = await testBillingApi('draft-changes');
const { add, customer, draftOf, issue, lines, read, send } = api;

afterAll(api.stop);

test('PUT replaces the draft and moves the ETag on', async () => {
  const { id } = await add({ notes: 'Merci' });
  const body = { customerId: customer.id, dueDays: 10, lines: lines('1', '3') };
  const answer = await send(`PUT /invoices/${id}`, { body, ifMatch: 1 });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('etag')).toBe('"2"');
  expect(answer.body).toMatchObject({ id, notes: '', dueDays: 10, version: 2 });
  expect(answer.body.lines.map(({ quantity }: { quantity: string }) => quantity)).toEqual([
    '1',
    '3',
  ]);
  expect(answer.body.totals.netMinor).toBe(5000);
  expect(await read(id)).toEqual(answer.body);
});

test('PATCH changes what it names and nothing else', async () => {
  const draft = await add({ notes: 'Merci' });
  const answer = await send(`PATCH /invoices/${draft.id}`, { body: { dueDays: 7 }, ifMatch: 1 });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    ...draft,
    dueDays: 7,
    version: 2,
    updatedAt: answer.body.updatedAt,
  });
});

test('PATCH works without the services that it does not need', async () => {
  const { id } = await add();
  const patch = (body: object) => send(`PATCH /invoices/${id}`, { body, ifMatch: '*' });
  await api.among(nobody(), async () => {
    expect((await patch({ notes: 'x' })).status).toBe(200);
    const lookup = await patch({ lines: lines('1') });
    expect(lookup.status).toBe(503);
    expect(lookup.body.detail).toContain('inventory-service');
  });
});

test('PATCH answers 422 for another currency under the same lines', async () => {
  const { id } = await add();
  const answer = await send(`PATCH /invoices/${id}`, { body: { currency: 'USD' }, ifMatch: 1 });
  expect(answer.status).toBe(422);
  expect(pointersOf(answer.body)).toEqual(['/currency']);
});

test('DELETE removes a draft', async () => {
  const { id } = await add();
  expect((await send(`DELETE /invoices/${id}`, { ifMatch: 1 })).status).toBe(204);
  expect((await send(`GET /invoices/${id}`)).status).toBe(404);
  expect((await send(`DELETE /invoices/${id}`, { ifMatch: 1 })).status).toBe(404);
});

for (const method of ['PUT', 'PATCH', 'DELETE']) {
  const bodyOf = () => (method === 'DELETE' ? {} : { body: draftOf() });

  test(`${method} answers 428 without If-Match, 412 with the current state when it is stale`, async () => {
    const { id } = await add();
    const line = `${method} /invoices/${id}`;
    expect((await send(line, bodyOf())).status).toBe(428);
    const stale = await send(line, { ...bodyOf(), ifMatch: 7 });
    expect(stale.status).toBe(412);
    expect(stale.headers.get('etag')).toBe('"1"');
    expect(stale.body.current).toMatchObject({ id, version: 1 });
    expect((await read(id)).version).toBe(1);
  });

  test(`${method} answers 404 for an unknown id`, async () => {
    expect((await send(`${method} /invoices/${UNKNOWN}`, bodyOf())).status).toBe(404);
  });

  test(`${method} answers 409 for an invoice that was issued, which stays as it is`, async () => {
    const issued = await issue();
    const answer = await send(`${method} /invoices/${issued.id}`, { ...bodyOf(), ifMatch: '*' });
    expect(answer.status).toBe(409);
    expect(answer.body.type).toBe('/problems/not-a-draft');
    expect(await read(issued.id)).toEqual(issued);
  });
}

test('of changes made at once under one ETag, one wins and the others get 412', async () => {
  const { id } = await add();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      send(`PATCH /invoices/${id}`, { body: { notes: `${n}` }, ifMatch: 1 }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 412)).toHaveLength(9);
});

testNeeds(api, async () => [
  [`PUT /invoices/${(await add()).id}`, { body: draftOf(), ifMatch: 1 }],
  [`PATCH /invoices/${(await add()).id}`, { body: { lines: lines('1') }, ifMatch: 1 }],
]);

testBadInput(api.badInput);
