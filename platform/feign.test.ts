import { describe, expect, expectTypeOf, test } from 'bun:test';

import { z } from 'zod';

import {
  contract,
  created,
  empty,
  json,
  type Problem,
  problem,
  record,
  stale,
} from './contract.ts';
import { fixedDiscovery } from './discovery.ts';
import { feign } from './feign.ts';
import { Id } from './fields.ts';
import { implement } from './implement.ts';
import { listQuery, pageOf, type SortKey } from './paging.ts';
import { assertMatch, conflict, notFound } from './problem.ts';
import { RemoteError } from './remote-error.ts';

const Shelf = z.object({ id: Id, version: z.int(), name: z.string(), builtAt: instant() });
const shelves = contract('shelf-service', {
  list: {
    method: 'get',
    path: '/shelves',
    request: { query: listQuery(['name', 'builtAt']) },
    responses: { 200: json(pageOf(Shelf)) },
  },
  get: {
    method: 'get',
    path: '/shelves/{id}',
    request: { params: z.object({ id: Id }) },
    responses: { 200: record(Shelf), 404: problem },
  },
  create: {
    method: 'post',
    path: '/shelves',
    request: { body: json(z.object({ name: z.string().min(1) })), idempotencyKey: true },
    responses: { 201: created(Shelf, '/shelves/{id}'), 409: problem },
  },
  update: {
    method: 'put',
    path: '/shelves/{id}',
    request: {
      params: z.object({ id: Id }),
      body: json(z.object({ name: z.string() })),
      ifMatch: true,
    },
    responses: { 200: record(Shelf), 404: problem, 412: stale(Shelf) },
  },
  remove: {
    method: 'delete',
    path: '/shelves/{id}',
    request: { params: z.object({ id: Id }) },
    responses: { 204: empty, 404: problem },
  },
});

const oak = {
  id: '0197a3c2-0000-7000-8000-000000000001',
  version: 3,
  name: 'Oak',
  builtAt: new Date('2026-11-22T10:00:00.000Z'),
};
const unknownId = '0197a3c2-0000-7000-8000-000000000009';

const app = implement(shelves, {
  list: ({ q, sort, page, size }) => ({
    items: Array.from({ length: Math.max(0, Math.min(size, 5 - page * size)) }, () => ({
      ...oak,
      name: `${q}${sort.map(({ field, descending }) => (descending ? '-' : '') + field).join()}`,
    })),
    page,
    size,
    total: 5,
    totalIsExact: true,
  }),
  get: ({ id }) => (id === oak.id ? oak : notFound('shelf', id)),
  create: ({ body }, { idempotency }) =>
    body.name === 'Oak'
      ? conflict('name-taken', 'There is such a shelf')
      : { ...oak, name: `${body.name} ${String(idempotency?.key !== undefined)}` },
  update: ({ id, body, ifMatch }) => {
    if (id !== oak.id) notFound('shelf', id);
    assertMatch(ifMatch, oak);
    return { ...oak, ...body, version: 4 };
  },
  remove: ({ id }) => (id === oak.id ? undefined : notFound('shelf', id)),
});

const inProcess = () => feign(shelves, { fetch: (request) => app.fetch(request) });

/** The same promises, kept without a socket and over one. */
describe.each([
  ['in process', () => ({ client: inProcess(), [Symbol.dispose]: () => undefined })],
  ['over a socket', overSocket],
])('feign() %s', (_, connect) => {
  test('gives decoded data for a call', async () => {
    using at = connect();
    const shelf = await at.client.get({ id: oak.id });
    expect(shelf).toEqual(oak);
    expectTypeOf(shelf).toEqualTypeOf<typeof oak>();
  });

  test('throws a RemoteError that says which call got which answer from where', async () => {
    using at = connect();
    const error = await failure(at.client.get({ id: unknownId }));
    expect(error).toMatchObject({
      service: 'shelf-service',
      operation: 'get',
      failure: 'status',
      status: 404,
      problem: { type: '/problems/not-found', status: 404 },
    });
    expect(error.instance).toStartWith('http://');
    expect(error.message).toContain('It answered 404 (There is no such shelf)');
  });

  test('find() gives null for a 404', async () => {
    using at = connect();
    expect(await at.client.get.find({ id: oak.id })).toEqual(oak);
    const none = await at.client.get.find({ id: unknownId });
    expect(none).toBeNull();
    expectTypeOf(none).toEqualTypeOf<typeof oak | null>();
  });

  test('reply() gives a union by status', async () => {
    using at = connect();
    const reply = await at.client.update.reply({ id: oak.id, body: { name: 'Ash' }, ifMatch: 1 });
    if (reply.status !== 412) throw new Error(`Expected a 412, got ${reply.status}`);
    expect(reply.data.type).toBe('/problems/precondition-failed');
    expect(reply.data.current).toEqual(oak);
    expect(reply.headers.get('etag')).toBe('"3"');
    expectTypeOf(reply.data).toEqualTypeOf<Problem & { current?: typeof oak }>();
  });

  test('sends a version as If-Match and a body as JSON', async () => {
    using at = connect();
    const updated = await at.client.update({ id: oak.id, body: { name: 'Ash' }, ifMatch: 3 });
    expect(updated).toEqual({ ...oak, name: 'Ash', version: 4 });
  });

  test('makes an Idempotency-Key for a call that may have one', async () => {
    using at = connect();
    expect((await at.client.create({ body: { name: 'Elm' } })).name).toBe('Elm true');
  });

  test('gives undefined for an empty reply', async () => {
    using at = connect();
    const nothing = await at.client.remove({ id: oak.id });
    expect(nothing).toBeUndefined();
    expectTypeOf(nothing).toEqualTypeOf<undefined>();
  });

  test('encodes a query key by key, and leaves out what was left out', async () => {
    using at = connect();
    const { items, page, size } = await at.client.list({
      q: 'a&b=ç ',
      sort: [{ field: 'name', descending: true }],
      size: 2,
    });
    expect(items[0]?.name).toBe('a&b=ç-name');
    expect({ page, size }).toEqual({ page: 0, size: 2 });
    expect((await at.client.list()).size).toBe(20);
  });

  test('pages() gives one page after the other until the last', async () => {
    using at = connect();
    const sizes: number[] = [];
    for await (const page of at.client.list.pages({ size: 2 })) sizes.push(page.items.length);
    expect(sizes).toEqual([2, 2, 1]);
  });
});

test('feign() refuses arguments that break the contract before anything is sent', async () => {
  const client = feign(shelves, { fetch: () => expect.unreachable() });
  expect(client.create({ body: { name: '' } })).rejects.toThrow(
    "Argument 'body' is not valid: name",
  );
  expect(client.get({ id: 'seven' })).rejects.toThrow("Argument 'id' is not valid");
});

test('feign() needs a way to the service', () => {
  expect(() => feign(shelves, {})).toThrow("neither 'discovery' nor 'fetch'");
});

test('feign() knows by type what an operation takes and has', () => {
  const client = inProcess();
  type ListArguments = NonNullable<Parameters<typeof client.list>[0]>;
  expectTypeOf<ListArguments>().toEqualTypeOf<{
    q?: string | undefined;
    sort?: SortKey<'name' | 'builtAt'>[] | undefined;
    page?: number | undefined;
    size?: number | undefined;
  }>();
  expectTypeOf<Parameters<typeof client.update>[0]>().toEqualTypeOf<{
    id: string;
    body: { name: string };
    ifMatch: number | '*';
  }>();
  // @ts-expect-error -- a list is never a 404
  expect(client.list.find).toBeDefined();
  // @ts-expect-error -- one shelf has no pages
  expect(client.get.pages).toBeDefined();
  // @ts-expect-error -- an id is needed
  const withoutId = () => client.get();
  // @ts-expect-error -- there is no such operation
  const unknownOperation = () => client.burn();
  expect([withoutId, unknownOperation]).toHaveLength(2);
});

function instant() {
  return z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  });
}

function overSocket() {
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => app.fetch(request),
  });
  const discovery = fixedDiscovery({ 'shelf-service': [server.url.origin] });
  return {
    client: feign(shelves, { discovery }),
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function failure(call: Promise<unknown>): Promise<RemoteError> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RemoteError) return error;
  throw new Error('Expected a RemoteError', { cause: error });
}
