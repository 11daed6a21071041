import { expect, test } from 'bun:test';

import { z } from 'zod';

import {
  bytes,
  contract,
  created,
  empty,
  events,
  form,
  json,
  type Operation,
  problem,
  textOf,
} from './contract.ts';
import { Id } from './fields.ts';

const Record = z.object({ id: Id, version: z.int() });
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

test.each([
  ['header', { query: z.object({ a: Id }), headers: z.object({ a: Id }) }, 'query and headers'],
  ['cookie', { headers: z.object({ a: Id }), cookies: z.object({ a: Id }) }, 'headers and cookies'],
])('contract() refuses a %s with the name of another parameter', (_, request, where) => {
  expect(make({ method: 'get', path: '/shelves', request, responses })).toThrow(
    `parameter 'a' stands in both ${where}`,
  );
});

test.each([
  ['a number in a query', { query: z.object({ page: z.int() }) }, "query /page: type 'number'"],
  ['an object in a query', { query: z.object({ at: z.object({}) }) }, "query /at: type 'object'"],
  ['numbers in a list', { query: z.object({ n: z.array(z.int()) }) }, "query /n: type 'number'"],
  ['a query of alternatives', { query: z.union([z.object({})]) }, 'query is not a z.object'],
  ['a list in a cookie', { cookies: z.object({ c: z.array(Id) }) }, 'use csv for a list'],
  ['a header in capitals', { headers: z.object({ 'X-A': Id }) }, 'not written in lower case'],
  ['a header of HTTP itself', { headers: z.object({ host: Id }) }, 'not for a contract to say'],
  ['a date in a form', { body: form(z.object({ on: z.date() })) }, "form /on: type 'date'"],
  ['a file in a plain form', { body: form(z.object({ f: z.file() })) }, "form /f: type 'file'"],
  ['a key for bytes', { body: bytes(), idempotencyKey: true }, 'can be compared, not bytes'],
] as const)('contract() refuses %s, which could not travel', (_, request, complaint) => {
  expect(make({ method: 'post', path: '/shelves', request, responses })).toThrow(complaint);
});

test.each([
  ['a problem as a success', { 200: problem }, '200 is a problem'],
  ['data as a problem', { 200: empty, 404: json(z.object({})) }, '404 is no problem'],
  ['a redirection', { 200: empty, 302: empty }, '302 is no status that a service answers'],
  ['a body under 204', { 204: textOf() }, '204 has no body'],
  ['a second success beside a stream', { 200: bytes(), 204: empty }, 'a stream is the only reply'],
  ['an event called problem', { 200: events({ problem: Id }) }, "the event 'problem'"],
  ['a location of nothing', { 201: created(Record, '/shelves/{key}') }, "names 'key'"],
  ['a filename of nothing', { 200: bytes('a/b', { filename: '{year}.csv' }) }, "names 'year'"],
  ['a transform in an event', { 200: events({ a: z.coerce.date() }) }, '200 a /: z.coerce'],
])('contract() refuses %s', (_, responses, complaint) => {
  expect(make({ method: 'get', path: '/shelves', responses })).toThrow(complaint);
});

test.each(['shelves', '/shelves/', '/shelves/{id', '/shelves/{id}.pdf', '/a//b'])(
  'contract() refuses the path %s, which would not match what it seems to',
  (path) => {
    expect(make({ method: 'get', path, responses })).toThrow('is not made of');
  },
);

test('contract() refuses an operation that is never reached, and names who takes its requests', () => {
  const request = { params: z.object({ id: z.string() }) };
  const get = { method: 'get', path: '/shelves/{id}', request, responses } as const;
  const count = { method: 'get', path: '/shelves/count', responses } as const;
  expect(() => contract('shelf-service', { get, count })).toThrow(
    "Cannot use shelf-service.count: get takes '/shelves/count' first",
  );
  expect(() => contract('shelf-service', { count, get })).not.toThrow();
});

test('contract() refuses a word that it does not know, instead of leaving it out', () => {
  const late = { method: 'get', path: '/shelves', responses, timeout: 9 } as const;
  expect(() => contract('shelf-service', { late })).toThrow(
    "Cannot use shelf-service.late: 'timeout' is nothing that an operation says",
  );
  const request = { query: z.object({}), param: z.object({}) };
  const odd = { method: 'get', path: '/shelves', request, responses } as const;
  expect(() => contract('shelf-service', { odd })).toThrow("'param' is nothing");
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

test.each([
  ['number', z.literal(1)],
  ['number', z.enum({ One: 1 })],
  ['null', z.string().nullable()],
  ['array', z.array(z.array(z.string()))],
])('contract() refuses a %s of a query that only looks like text', (type, field) => {
  const request = { query: z.object({ field }) };
  expect(make({ method: 'get', path: '/shelves', request, responses })).toThrow(
    `query /field: type '${type}' does not travel as text`,
  );
});

test.each([
  ['date', z.date()],
  ['bigint', z.bigint()],
  ['map', z.map(z.string(), z.string())],
  ['file', z.file()],
])('contract() refuses a %s in JSON, which has none, and takes a codec for it', (type, at) => {
  const lines = z.array(z.object({ at: at.optional() }));
  const complaint = `/lines/*/at: type '${type}' does not travel as JSON, use z.codec`;
  const body = json(z.object({ lines }));
  const create = { method: 'post', path: '/shelves', request: { body }, responses } as const;
  expect(make(create)).toThrow(`body ${complaint}`);
  expect(make({ method: 'get', path: '/shelves', responses: { 200: body } })).toThrow(
    `200 ${complaint}`,
  );
  const told = events({ told: z.object({ lines }) });
  expect(make({ method: 'get', path: '/shelves', responses: { 200: told } })).toThrow(
    `200 told ${complaint}`,
  );
});

test.each([
  ['may be left out', Id.optional()],
  ['has a default', Id.default('')],
])('contract() refuses a part of a path that %s', (_, id) => {
  const request = { params: z.object({ id }) };
  expect(make({ method: 'get', path: '/shelves/{id}', request, responses })).toThrow(
    'path /id: a part of a path cannot be left out',
  );
});

test('contract() refuses one parameter at two places of a path', () => {
  const request = { params: z.object({ id: Id }) };
  expect(make({ method: 'get', path: '/shelves/{id}/to/{id}', request, responses })).toThrow(
    "path parameter 'id' stands in '/shelves/{id}/to/{id}' twice",
  );
});

test.each(['/a?b', '/a#b', '/../a', '/./a', '/a/..', '/:id', '/*', '/a b', '/a%2Fb', '/é'])(
  'contract() refuses the path %s, which is another one where it arrives',
  (path) => {
    expect(make({ method: 'get', path, responses })).toThrow('is not made of');
  },
);

test.each([
  ['no time', { timeoutMs: 0 }, 'timeoutMs 0 is no length of time'],
  ['time without end', { timeoutMs: Infinity }, 'timeoutMs Infinity is no length of time'],
  ['less than no retry', { retries: -1 }, 'retries -1 is no whole number'],
  ['half a retry', { retries: 0.5 }, 'retries 0.5 is no whole number'],
])('contract() refuses a hint at %s, by which nobody could call', (_, hint, complaint) => {
  expect(make({ method: 'get', path: '/shelves', responses, ...hint })).toThrow(complaint);
});

test('contract() refuses a status that HTTP does not have', () => {
  const odd = { 200: empty, 600: problem };
  expect(make({ method: 'get', path: '/shelves', responses: odd })).toThrow(
    '600 is no status that a service answers',
  );
});

test('contract() refuses names that would mean something else', () => {
  const get = { method: 'get', path: '/shelves', responses } as const;
  expect(() => contract('shelf service', { get })).toThrow("'shelf service' as the name");
  const called = Object.fromEntries([['then', get] as const]);
  expect(() => contract('shelf-service', called)).toThrow(
    'Cannot use shelf-service.then: whoever awaits the client would call it',
  );
});
