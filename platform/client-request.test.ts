import { expect, test } from 'bun:test';

import { array, assert, constantFrom, date, oneof, property, string } from 'fast-check';
import { z } from 'zod';

import { requestEncoder } from './client-request.ts';
import { json, type Operation } from './contract.ts';

const anything = oneof(
  string({ unit: 'grapheme' }),
  string({ unit: constantFrom('.', '/', '\\', '%', '2', 'e', '?', '#', ';', ':', '@', ' ') }),
);
const instants = date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') });
const isRefused = (text: string) => ['', '.', '..'].includes(text);
const instant = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (value) => value.toISOString(),
});

const operation = (request: Operation['request'], path = '/things'): Operation => ({
  method: 'get',
  path,
  ...(request ? { request } : {}),
  responses: { 200: json(z.string()) },
});

test('a path parameter stays within its segment, whatever it is', () => {
  const params = z.object({ a: z.string(), b: z.string() });
  const encode = requestEncoder(operation({ params }, '/x/{a}/y/{b}'));
  assert(
    property(anything, anything, (a, b) => {
      if (isRefused(a) || isRefused(b)) {
        expect(() => encode({ a, b })).toThrow('cannot stand in a path');
        return;
      }
      const { pathname, search, hash } = new URL(encode({ a, b }).path, 'http://host');
      expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'x', a, 'y', b]);
      expect(search + hash).toBe('');
    }),
  );
});

test('a query arrives as it was given, lists as repeated keys, dates in ISO form', () => {
  const query = z.object({ q: z.string(), tags: z.array(z.string()), since: instant });
  const encode = requestEncoder(operation({ query }));
  assert(
    property(anything, array(anything), instants, (q, tags, since) => {
      const { searchParams } = new URL(encode({ q, tags, since }).path, 'http://host');
      expect(searchParams.get('q')).toBe(q);
      expect(searchParams.getAll('tags')).toEqual(tags);
      expect(new Date(searchParams.get('since') ?? '')).toEqual(since);
    }),
  );
});

test('half a character, which no URL can carry, becomes the replacement character', () => {
  const encode = requestEncoder(
    operation(
      { params: z.object({ id: z.string() }), query: z.object({ q: z.string() }) },
      '/things/{id}',
    ),
  );
  expect(encode({ id: 'a\ud800', q: '\udc00b' }).path).toBe('/things/a%EF%BF%BD?q=%EF%BF%BDb');
});

test('what was left out of a query stays out, so that the default is the service’s', () => {
  const query = z.object({ page: z.string().default('0'), q: z.string().optional() });
  const encode = requestEncoder(operation({ query }));
  expect(encode({}).path).toBe('/things');
  expect(encode({ q: undefined, page: '2', unknown: 1 }).path).toBe('/things?page=2');
});

test('a header that would arrive as another one is refused', () => {
  const headers = z.object({ 'x-a': z.string().optional(), 'x-list': z.array(z.string()) });
  const encode = requestEncoder(operation({ headers }));
  const list = ['a b', 'c'];
  expect(encode({ 'x-a': 'a, b', 'x-list': list }).headers).toMatchObject({
    'x-a': 'a, b',
    'x-list': 'a b, c',
  });
  const refused = 'cannot stand in a header';
  for (const bad of ['é', 'a\r\nb: c', ' a', 'a\t'])
    expect(() => encode({ 'x-a': bad, 'x-list': list })).toThrow(`'x-a' ${refused}`);
  expect(() => encode({ 'x-list': ['a,b'] })).toThrow(`'x-list' ${refused}: a comma`);
});

test('versions become entity tags, the body JSON, and only what may be repeated is said to be', () => {
  const body = json(z.object({ name: z.string() }));
  const update = requestEncoder({ ...operation({ body, ifMatch: true }), method: 'put' });
  expect(update({ body: { name: 'x' }, ifMatch: 7 })).toMatchObject({
    headers: { 'if-match': '"7"', 'content-type': 'application/json' },
    body: '{"name":"x"}',
    isRepeatable: false,
  });
  expect(update({ body: { name: 'x' }, ifMatch: '*' }).headers['if-match']).toBe('*');
  const add = requestEncoder({ ...operation({ body, idempotencyKey: true }), method: 'post' });
  expect(add({ body: { name: 'x' }, idempotencyKey: 'k' })).toMatchObject({
    headers: { 'idempotency-key': 'k' },
    isRepeatable: true,
  });
  const replace = requestEncoder({ ...operation({ body }), method: 'put' });
  expect(replace({ body: { name: 'x' } }).isRepeatable).toBe(true);
  const patch = requestEncoder({ ...operation({ body }), method: 'patch' });
  expect(patch({ body: { name: 'x' } }).isRepeatable).toBe(false);
});
