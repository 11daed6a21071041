import { expect, test } from 'bun:test';

import { z } from 'zod';

import { contract, empty, json, type Operation } from './contract.ts';
import { Id } from './fields.ts';

const responses = { 200: json(z.object({})) };
const make = (operation: Operation) => () => contract('shelf-service', { get: operation });

test('contract() refuses a path parameter without a schema and names the operation', () => {
  expect(make({ method: 'get', path: '/shelves/{id}', responses })).toThrow(
    "Cannot use shelf-service.get: path parameter 'id' has no schema in params",
  );
});

test('contract() refuses a parameter that the path does not have', () => {
  const request = { params: z.object({ id: Id }) };
  expect(make({ method: 'get', path: '/shelves', request, responses })).toThrow(
    "parameter 'id' is not in path '/shelves'",
  );
});

test('contract() refuses one name in both path and query', () => {
  const request = { params: z.object({ id: Id }), query: z.object({ id: Id }) };
  expect(make({ method: 'get', path: '/shelves/{id}', request, responses })).toThrow(
    "parameter 'id' stands in both path and query",
  );
});

test("contract() refuses a parameter named like the client's own arguments", () => {
  const request = { query: z.object({ body: z.string() }) };
  expect(make({ method: 'get', path: '/shelves', request, responses })).toThrow('reserved name');
});

test('contract() refuses a GET with a body and an operation that cannot succeed', () => {
  const request = { body: json(z.object({})) };
  expect(make({ method: 'get', path: '/shelves', request, responses })).toThrow(
    'a GET has no body',
  );
  expect(make({ method: 'get', path: '/shelves', responses: { 404: empty } })).toThrow(
    'no reply below 300',
  );
});
