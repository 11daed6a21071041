import { describe, expect, spyOn, test } from 'bun:test';

import { z } from 'zod';

import { contract, created, empty, json, Problem, problem, record, stale } from './contract.ts';
import { Id, text } from './fields.ts';
import { implement } from './implement.ts';
import { silentLog } from './log.ts';
import { listQuery, pageOf } from './paging.ts';
import { assertMatch, conflict, notFound } from './problem.ts';
import { RemoteError } from './remote-error.ts';
import type { Idempotency } from './request-reader.ts';

const Shelf = z.object({ id: Id, name: text(20, 1), version: z.int() });
const ShelfInput = z.strictObject({
  name: text(20, 1),
  boards: z.array(z.object({ width: z.int() })).default([]),
});
const ById = z.object({ id: Id });

const shelves = contract('shelf-service', {
  list: {
    method: 'get',
    path: '/shelves',
    request: { query: listQuery(['name']) },
    responses: { 200: json(pageOf(Shelf)) },
  },
  create: {
    method: 'post',
    path: '/shelves',
    request: { body: json(ShelfInput), idempotencyKey: true },
    responses: { 201: created(Shelf, '/shelves/{id}') },
  },
  get: {
    method: 'get',
    path: '/shelves/{id}',
    request: { params: ById },
    responses: { 200: record(Shelf), 404: problem },
  },
  update: {
    method: 'put',
    path: '/shelves/{id}',
    request: { params: ById, ifMatch: true, body: json(ShelfInput) },
    responses: { 200: record(Shelf), 412: stale(Shelf) },
  },
  remove: {
    method: 'delete',
    path: '/shelves/{id}',
    request: { params: ById, ifMatch: true },
    responses: { 204: empty, 409: problem },
  },
});

const shelf = { id: '01a20518-e91a-7194-abd3-8ed8d4f5c221', name: 'Top', version: 3, secret: 'x' };
const sorts: unknown[] = [];
const idempotency: Idempotency[] = [];
const app = implement(
  shelves,
  {
    list: ({ page, size, sort }) => {
      sorts.push(sort);
      return { items: [shelf], page, size, total: 1, totalIsExact: true };
    },
    create: ({ body }, context) => {
      if (context.idempotency) idempotency.push(context.idempotency);
      return { ...shelf, name: body.name };
    },
    get: ({ id }) => {
      if (id === shelf.id) return shelf;
      if (id.endsWith('00'))
        throw new RemoteError('gone', {
          service: 'wood-service',
          operation: 'get',
          failure: 'unavailable',
        });
      if (id.endsWith('01')) throw new Error('the password is 1234');
      if (id.endsWith('02')) return { ...shelf, version: 1.5 };
      return notFound('shelf', id);
    },
    update: ({ ifMatch, body }) => {
      assertMatch(ifMatch, shelf);
      return { ...shelf, name: body.name, version: 4 };
    },
    remove: () => conflict('in-use', 'The shelf is not empty'),
  },
  { maxBodyBytes: 1000 },
);

const send = async (
  method: string,
  path: string,
  { body, ...headers }: Record<string, string> = {},
) => {
  const response = await app.request(path, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const wire = await response.text();
  return { response, status: response.status, body: wire === '' ? undefined : JSON.parse(wire) };
};
const JSON_TYPE = { 'content-type': 'application/json' };

const askWithKey = async (name: string, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ name });
  await send('POST', '/shelves', { ...JSON_TYPE, 'idempotency-key': 'k1', ...headers, body });
  return idempotency.at(-1)!;
};

describe('what comes in', () => {
  test('a query is decoded, with defaults for what is left out', async () => {
    const { body } = await send('GET', '/shelves?sort=-name');
    expect(body).toMatchObject({ page: 0, size: 20 });
    expect(sorts.at(-1)).toEqual([{ field: 'name', descending: true }]);
  });

  test('a bad query answers 422 and names each parameter', async () => {
    const { status, body } = await send('GET', '/shelves?size=101&sort=weight&page=1&page=2');
    expect(status).toBe(422);
    expect(body.errors.map((error: { pointer: string }) => error.pointer).toSorted()).toEqual([
      '/page',
      '/size',
      '/sort',
    ]);
  });

  test('a malformed id answers 404, since nothing can have it', async () => {
    expect(await send('GET', '/shelves/7')).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    });
    expect((await send('GET', '/shelves/%zz')).status).toBe(404);
  });

  test.each(['', '{"name":', '"\u00ff', 'null}'])(
    'a body that is not JSON answers 400: %s',
    async (body) => {
      expect(await send('POST', '/shelves', { ...JSON_TYPE, body })).toMatchObject({
        status: 400,
        body: { type: '/problems/invalid-json' },
      });
    },
  );

  test('bytes that are not UTF-8 answer 400', async () => {
    const response = await app.request('/shelves', {
      method: 'POST',
      headers: JSON_TYPE,
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(response.status).toBe(400);
  });

  test.each(['text/plain', 'application/jsonx', ''])(
    'a body of type "%s" answers 415',
    async (type) => {
      expect((await send('POST', '/shelves', { 'content-type': type, body: '{}' })).status).toBe(
        415,
      );
    },
  );

  test.each(['application/json; charset=utf-8', 'application/merge-patch+json'])(
    'a body of type "%s" is read',
    async (type) => {
      expect(
        (await send('POST', '/shelves', { 'content-type': type, body: '{"name":"A"}' })).status,
      ).toBe(201);
    },
  );

  test('a body past the limit answers 413, with a length and without', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(2000) });
    expect((await send('POST', '/shelves', { ...JSON_TYPE, body: large })).status).toBe(413);
    const stream = new Response(large).body;
    const response = await app.request('/shelves', {
      method: 'POST',
      headers: JSON_TYPE,
      body: stream,
    });
    expect(response.status).toBe(413);
  });

  test('a body of the wrong shape answers 422 with a pointer per field', async () => {
    const { status, body } = await send('POST', '/shelves', {
      ...JSON_TYPE,
      body: '{"name":" ","colour":1,"boards":[{"width":1},{"width":"b"}]}',
    });
    expect(status).toBe(422);
    expect(Problem.parse(body).errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/name', 'too_small'],
      ['/boards/1/width', 'invalid_type'],
      ['/colour', 'unknown_field'],
    ]);
  });

  test('an Idempotency-Key reaches the handler with a digest of the request and of who asks', async () => {
    const first = await askWithKey('A');
    expect(first.key).toBe('k1');
    expect(first.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(await askWithKey('A')).toEqual(first);
    expect((await askWithKey('B')).fingerprint).not.toBe(first.fingerprint);
    const mine = await askWithKey('A', { 'x-forwarded-user': 'marie' });
    const hers = await askWithKey('A', { 'x-forwarded-user': 'jeanne' });
    expect(new Set([first, mine, hers].map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  test('an Idempotency-Key that is too long answers 422', async () => {
    expect(
      (
        await send('POST', '/shelves', {
          ...JSON_TYPE,
          'idempotency-key': 'k'.repeat(256),
          body: '{"name":"A"}',
        })
      ).status,
    ).toBe(422);
  });
});

describe('what goes out', () => {
  test('nothing undeclared leaks, and a record carries its ETag', async () => {
    const { response, body } = await send('GET', `/shelves/${shelf.id}`);
    expect(body).toEqual({ id: shelf.id, name: 'Top', version: 3 });
    expect(response.headers.get('etag')).toBe('"3"');
  });

  test('a created record answers 201 with its Location', async () => {
    const { status, response } = await send('POST', '/shelves', {
      ...JSON_TYPE,
      body: '{"name":"A"}',
    });
    expect(status).toBe(201);
    expect(response.headers.get('location')).toBe(`/shelves/${shelf.id}`);
  });

  test('a reply that breaks its own contract answers 500, never wrong data', async () => {
    using logged = spyOn(silentLog, 'error');
    const { status, body } = await send('GET', '/shelves/01a20518-e91a-7194-abd3-8ed8d4f5c202');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('1.5');
    expect(Bun.inspect(logged.mock.calls)).toContain(
      'The reply 200 breaks its contract: /version Invalid input',
    );
  });

  test('an unexpected error answers 500 and keeps its words to the log', async () => {
    const { status, body } = await send('GET', '/shelves/01a20518-e91a-7194-abd3-8ed8d4f5c201');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('1234');
  });

  test('a service that cannot be reached answers 503 and is named', async () => {
    expect(await send('GET', '/shelves/01a20518-e91a-7194-abd3-8ed8d4f5c200')).toMatchObject({
      status: 503,
      body: {
        type: '/problems/service-unavailable',
        detail: expect.stringContaining('wood-service'),
      },
    });
  });
});

describe('preconditions', () => {
  const body = '{"name":"B"}';

  test('a change without If-Match answers 428', async () => {
    expect((await send('PUT', `/shelves/${shelf.id}`, { ...JSON_TYPE, body })).status).toBe(428);
  });

  test('a change with a stale If-Match answers 412 with the current record and its ETag', async () => {
    const answer = await send('PUT', `/shelves/${shelf.id}`, {
      ...JSON_TYPE,
      body,
      'if-match': '"2"',
    });
    expect(answer.status).toBe(412);
    expect(answer.body.current).toEqual({ id: shelf.id, name: 'Top', version: 3 });
    expect(answer.response.headers.get('etag')).toBe('"3"');
  });

  test.each(['"3"', '"1", "3"', '*'])('a change with If-Match: %s goes through', async (tag) => {
    expect(
      (await send('PUT', `/shelves/${shelf.id}`, { ...JSON_TYPE, body, 'if-match': tag })).status,
    ).toBe(200);
  });

  test('a weak tag never matches', async () => {
    expect(
      (await send('PUT', `/shelves/${shelf.id}`, { ...JSON_TYPE, body, 'if-match': 'W/"3"' }))
        .status,
    ).toBe(412);
  });
});

describe('every answer', () => {
  test('an unknown path answers 404, a method that is not offered 405 with Allow', async () => {
    expect((await send('GET', '/nothing')).status).toBe(404);
    const { status, response, body } = await send('PATCH', `/shelves/${shelf.id}`);
    expect(status).toBe(405);
    expect(response.headers.get('allow')).toBe('DELETE, GET, HEAD, PUT');
    expect(body.type).toBe('/problems/method-not-allowed');
  });

  test('carries the request id, the one that came or a new one', async () => {
    const given = await send('GET', '/nothing', { 'x-request-id': 'abc-1' });
    expect(given.body.requestId).toBe('abc-1');
    expect(given.response.headers.get('x-request-id')).toBe('abc-1');
    const made = await send('GET', '/nothing', { 'x-request-id': 'no spaces allowed' });
    expect(made.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('GET /openapi.json declares operations, implied problems and shared schemas', async () => {
    const { body } = await send('GET', '/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    expect(Object.keys(body.paths['/shelves'].post.responses)).toEqual([
      '201',
      '400',
      '406',
      '409',
      '413',
      '415',
      '422',
    ]);
    expect(Object.keys(body.paths['/shelves/{id}'].put.responses)).toEqual([
      '200',
      '400',
      '404',
      '406',
      '412',
      '413',
      '415',
      '422',
      '428',
    ]);
    expect(
      body.paths['/shelves/{id}'].put.parameters.map(
        (parameter: { name: string }) => parameter.name,
      ),
    ).toEqual(['id', 'If-Match']);
    expect(body.components.schemas.Problem).toBeDefined();
  });
});
