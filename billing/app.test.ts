import { afterAll, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { invoices } from './contract.ts';
import { testBillingApi, UNKNOWN } from './testing-api.ts';
import { testNeeds } from './testing-needs.ts';

const api = await testBillingApi('app');
const { add, billing, issue, lines, recorder, send } = api;

afterAll(api.stop);

const FORGOTTEN = { forgottenAt: '2026-11-22T12:00:00Z' };

test('GET /figures sums up in one currency, which is EUR unless another is asked for', async () => {
  await issue();
  const { status, body } = await send('GET /figures');
  expect(status).toBe(200);
  expect(body).toMatchObject({ currency: 'EUR', months: [{ month: expect.any(String) }] });
  expect(body.currencies).toContain('EUR');
  expect(body.currencies).not.toContain('CHF');
  expect((await send('GET /figures?currency=CHF')).body.months).toEqual([]);
});

test('GET /figures/{table} is CSV, and 422 for a notation that there is not', async () => {
  const csv = await recorder.request('/figures/months');
  expect([csv.status, csv.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect((await recorder.request('/figures/months?notation=x')).status).toBe(422);
});

test('GET /references counts the drafts and invoices that name a customer or a product', async () => {
  const own = await billing.addCustomer();
  const sold = await billing.addProduct();
  const body = {
    customerId: own.id,
    lines: [...lines('1', '1'), { productId: sold.id, quantity: '1' }],
  };
  const of = async (path: string) => (await send(`GET /references/${path}`)).body.references;
  expect(await of(`customers/${own.id}`)).toEqual([]);
  const draft = await add(body);
  await issue(body);
  await issue(body);
  const counts = [
    { kind: 'invoices', count: 2 },
    { kind: 'drafts', count: 1 },
  ];
  expect(await of(`customers/${own.id}`)).toEqual(counts);
  expect(await of(`products/${sold.id}`)).toEqual(counts);
  await send(`DELETE /invoices/${draft.id}`, { ifMatch: '*' });
  expect(await of(`customers/${own.id}`)).toEqual([{ kind: 'invoices', count: 2 }]);
  expect(await of(`shelves/${own.id}`)).toEqual([]);
  expect(
    (await send(`POST /references/shelves/${own.id}/forget`, { body: FORGOTTEN })).status,
  ).toBe(204);
  const answer = await send(`POST /references/customers/${own.id}/forget`, { body: FORGOTTEN });
  expect([answer.status, answer.body.type]).toEqual([409, '/problems/not-forgotten']);
});

test('openapi.json describes every operation', async () => {
  const response = await api.app.request('/openapi.json');
  expect(response.status).toBe(200);
  const { paths }: { paths: Record<string, object> } = JSON.parse(await response.text());
  const described = Object.values(paths).flatMap((methods) => Object.keys(methods));
  expect(described).toHaveLength(Object.keys(invoices.operations).length);
});

testNeeds(api, async () => [[`POST /references/customers/${UNKNOWN}/forget`, { body: FORGOTTEN }]]);

testBadInput(api.badInput);
