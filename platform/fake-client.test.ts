import { expect, test } from 'bun:test';

import { z } from 'zod';

import { contract, json, problem } from './contract.ts';
import { fakeClient } from './fake-client.ts';
import { Id } from './fields.ts';
import { notFound } from './problem.ts';

const id = '0197a3c2-0000-7000-8000-000000000001';
const shelves = contract('shelf-service', {
  get: {
    method: 'get',
    path: '/shelves/{id}',
    request: { params: z.object({ id: Id }) },
    responses: { 200: json(z.object({ id: Id, name: z.string() })), 404: problem },
  },
  count: { method: 'get', path: '/count', responses: { 200: json(z.int()) } },
});

test('a plain object stands in for a service', async () => {
  const client = fakeClient(shelves, {
    get: (input) => (input.id === id ? { id, name: 'Oak' } : notFound('shelf', input.id)),
  });
  expect(await client.get({ id })).toEqual({ id, name: 'Oak' });
  expect(await client.get.find({ id: id.replace('1', '2') })).toBeNull();
  expect(client.count()).rejects.toMatchObject({ failure: 'status', status: 500 });
});

test('a stand-in cannot say what the service could not', async () => {
  const client = fakeClient(shelves, { count: () => 1.5 });
  expect(client.count()).rejects.toMatchObject({ status: 500 });
});
