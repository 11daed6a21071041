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

test.each([
  ['a transform', z.string().transform(Number), '/price: a transform'],
  ['a preprocessing step', z.preprocess(String, z.string()), '/price: a transform'],
  ['a coercion', z.coerce.number(), '/price: z.coerce'],
  ['a catch', z.string().catch(''), '/price: .catch()'],
])('contract() refuses %s, which could not be sent back, and says where', (_, price, complaint) => {
  const lines = z.array(z.object({ price: price.optional() }));
  const responses = { 200: json(z.object({ lines })) };
  expect(make({ method: 'get', path: '/shelves', responses })).toThrow(
    `Cannot use shelf-service.get: 200 /lines/*${complaint}`,
  );
});

test('contract() takes whatever works both ways, however it is nested', () => {
  const instant = z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  });
  const Node = z.object({
    at: instant.nullable().default(null),
    name: z.string().trim().toLowerCase(),
    isOpen: z.stringbool(),
    get children(): z.ZodArray<z.ZodType> {
      return z.array(Node);
    },
    pair: z.tuple([z.int(), instant], z.string()),
    either: z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]),
    table: z.record(
      z.string(),
      z.lazy(() => instant),
    ),
  });
  const responses = { 200: json(Node.and(z.object({ extra: z.string().readonly() }))) };
  expect(make({ method: 'get', path: '/shelves', responses })).not.toThrow();
});
