import { expect, test } from 'bun:test';

import { z } from 'zod';

import { badRequests } from './bad-requests.ts';
import { recordStatuses } from './contract-testing.ts';
import { contract, created, empty, json, problem, record } from './contract.ts';
import { Id } from './fields.ts';
import { implement } from './implement.ts';
import { conflict, notFound } from './problem.ts';

const Cup = z.object({ id: Id, version: z.int() });
const cups = contract('cup-service', {
  create: {
    method: 'post',
    path: '/cups',
    request: { body: json(z.strictObject({ name: z.string() })) },
    responses: { 201: created(Cup, '/cups/{id}') },
  },
  get: {
    method: 'get',
    path: '/cups/{id}',
    request: { params: z.object({ id: Id }) },
    responses: { 200: record(Cup), 404: problem },
  },
  remove: {
    method: 'delete',
    path: '/cups/{id}',
    request: { params: z.object({ id: Id }) },
    responses: { 204: empty },
  },
});
const id = '01930000-0000-7000-8000-000000000001';
const app = implement(cups, {
  create: () => ({ id, version: 1 }),
  get: ({ id: asked }) => (asked === id ? { id, version: 1 } : notFound('cup', asked)),
  remove: () => conflict('in-use', 'The cup is in use'),
});

test('missingStatuses() lists what the contract declares and no request produced', async () => {
  const { send, missingStatuses } = recordStatuses(app, cups);
  const answer = await send('POST /cups', { body: { name: 'blue' } });
  expect([answer.status, answer.body.id]).toEqual([201, id]);
  await send(`GET /cups/${id}`);
  await send('GET /cups/nothing');
  expect(missingStatuses()).toEqual([
    'create 400',
    'create 406',
    'create 413',
    'create 415',
    'create 422',
    'get 406',
    'remove 204',
    'remove 404',
  ]);
});

test('send() throws at an answer that the contract does not declare', () => {
  const { send } = recordStatuses(app, cups);
  expect(send(`DELETE /cups/${id}`)).rejects.toThrow('remove answered 409, undeclared');
});

test('badRequests() covers what everybody may get wrong, and the app answers as it says', async () => {
  const bad = badRequests(cups);
  const statuses = new Set(bad.map(({ status }) => status));
  expect([...statuses].toSorted((a, b) => a - b)).toEqual([400, 404, 405, 406, 413, 415, 422]);
  for (const { path, init, status, allow } of bad) {
    const response = await app.request(path, init);
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow ?? null]);
  }
});
