import { describe, expect, test } from 'bun:test';
import { createServer } from 'node:http';

import { z } from 'zod';

import { contract, empty, json, problem } from './contract.ts';
import { fixedDiscovery } from './discovery.ts';
import { feign, type FeignOptions } from './feign.ts';
import { implement } from './implement.ts';
import { listQuery, pageOf } from './paging.ts';
import { conflict, notFound } from './problem.ts';
import { RemoteError, remoteProblem } from './remote-error.ts';
import { contextOf, currentContext, withContext } from './request-context.ts';

/**
 * What users of OpenFeign and Spring Cloud have asked for over the years, each with the number of an
 * issue that asks for it, as a promise of ours.
 */
const day = z.codec(z.iso.date(), z.date(), {
  decode: (text) => new Date(text),
  encode: (date) => date.toISOString().slice(0, 10),
});
const Name = z.object({ name: z.string() });
const claims = contract('claim-service', {
  list: {
    method: 'get',
    path: '/things',
    request: { query: listQuery(['name', 'size']) },
    responses: { 200: json(pageOf(Name)) },
  },
  get: {
    method: 'get',
    path: '/things/{id}',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(Name), 404: problem },
  },
  since: {
    method: 'get',
    path: '/since',
    request: { query: z.object({ day, ratio: decimal() }) },
    responses: { 200: json(Name) },
  },
  add: {
    method: 'post',
    path: '/things',
    request: { body: json(Name) },
    responses: { 201: json(Name), 409: problem },
  },
  buy: {
    method: 'post',
    path: '/purchases',
    request: { body: json(Name), idempotencyKey: true },
    responses: { 201: json(Name) },
  },
  slow: { method: 'get', path: '/slow', responses: { 204: empty }, timeoutMs: 30, retries: 0 },
});

const app = implement(claims, {
  list: ({ page, size, sort }) => ({
    items: sort.map(({ field, descending }) => ({ name: `${descending ? '-' : ''}${field}` })),
    page,
    size,
    total: 3,
    totalIsExact: true,
  }),
  get: ({ id }) => (id === 'none' ? notFound('thing', id) : { name: id }),
  since: ({ day: since, ratio }) => ({ name: `${since.toISOString()} ${ratio}` }),
  add: ({ body }) => (body.name === 'taken' ? conflict('name-taken', 'Taken') : body),
  buy: ({ body }) => body,
  slow: () => undefined,
});

describe('requests that are repeated', () => {
  test('feign#719: a read is tried again, a POST never, unless it has an Idempotency-Key', async () => {
    const methods: string[] = [];
    using down = server((request) => {
      methods.push(request.method);
      return new Response(null, { status: 503 });
    });
    const client = clientOf([down.url]);
    await failure(client.get({ id: '1' }));
    await failure(client.add({ body: { name: 'a' } }));
    await failure(clientOf([down.url]).buy({ body: { name: 'a' } }));
    expect(methods).toEqual(['GET', 'GET', 'GET', 'POST', 'POST', 'POST', 'POST']);
  });

  test('feign#3074: what is worth another try is for the client to say', async () => {
    let asked = 0;
    using odd = server(() => new Response(null, { status: (asked += 1) < 3 ? 425 : 204 }));
    await failure(clientOf([odd.url]).get({ id: '1' }));
    expect(asked).toBe(1);
    const error = await failure(clientOf([odd.url], { retryWhen: isTooEarly }).get({ id: '1' }));
    expect([asked, error.message]).toEqual([3, expect.stringContaining('It declares no 204')]);
  });

  test('SCOF#532: fixed addresses are balanced and retried as discovered ones are', async () => {
    using one = server(() => new Response(null, { status: 503 }));
    using two = server((request) => app.fetch(request));
    const client = clientOf([one.url, two.url]);
    for (let n = 0; n < 10; n += 1) expect(await client.get({ id: 'a' })).toEqual({ name: 'a' });
  });
});

describe('what fails', () => {
  test('SCOF#840: an error names every attempt, its instance and the real cause', async () => {
    using failing = server(() => new Response(null, { status: 503 }));
    const gone = closedAddress();
    const error = await failure(clientOf([failing.url, gone]).get({ id: '1' }));
    const outcomes = error.attempts.map(({ instance, outcome }) => `${instance} ${outcome}`);
    expect(outcomes).toContain(`${failing.url} 503`);
    expect(outcomes).toContain(`${gone} ECONNREFUSED`);
    const nobody = await failure(clientOf([]).get({ id: '1' }));
    expect(nobody.message).toContain("No instance of 'claim-service' is known");
    expect(remoteProblem(nobody)?.status).toBe(503);
  });

  test('SCOF#130: a clear answer opens no circuit and needs no fallback', async () => {
    const fallback = { get: () => ({ name: 'instead' }) };
    const client = feign(claims, { fetch: (request) => app.fetch(request), fallback });
    for (let n = 0; n < 30; n += 1)
      expect(await failure(client.get({ id: 'none' }))).toMatchObject({ status: 404 });
    expect(await client.get({ id: 'a' })).toEqual({ name: 'a' });
    expect(await clientOf([], { fallback }).get({ id: 'a' })).toEqual({ name: 'instead' });
  });

  test('SCOF#118: an error has the data that its contract declares, not a string', async () => {
    const reply = await inProcess().add.reply({ body: { name: 'taken' } });
    if (reply.status !== 409) throw new Error('Expected a conflict');
    expect(reply.data.type).toBe('/problems/name-taken');
    const error = await failure(inProcess().add({ body: { name: 'taken' } }));
    expect(error.problem?.title).toBe('Taken');
  });

  test('netflix#384: what is wrong with a contract or a client is said at once, not by its first call', () => {
    const path = '/things/{id}';
    const responses = { 200: json(Name) };
    expect(() => contract('claim-service', { get: { method: 'get', path, responses } })).toThrow(
      "Cannot use claim-service.get: path parameter 'id' has no schema",
    );
    expect(() => feign(claims, {})).toThrow('Cannot make a client of claim-service');
    const discovery = fixedDiscovery({});
    for (const [options, complaint] of [
      [{ timeoutMs: 0 }, 'timeoutMs 0 is no length of time'],
      [{ totalTimeoutMs: Infinity }, 'totalTimeoutMs Infinity is no length of time'],
      [{ retries: Infinity }, 'retries Infinity is no whole number from 0'],
      [{ concurrentCalls: 0 }, 'concurrentCalls 0 is no whole number from 1'],
    ] as const)
      expect(() => feign(claims, { discovery, ...options })).toThrow(
        `Cannot make a client of claim-service: ${complaint}`,
      );
  });

  test('SCOF#1198: replies that nobody reads hold no connection', async () => {
    let connections = 0;
    const long = JSON.stringify({ type: '/problems/x', title: 'x'.repeat(300_000), status: 404 });
    const node = createServer((_, response) => {
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(long);
    });
    node.on('connection', () => (connections += 1));
    await new Promise<void>((listening) => node.listen(0, '127.0.0.1', listening));
    const address = node.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const client = clientOf([`http://127.0.0.1:${port}`]);
    for (let n = 0; n < 50; n += 1) expect(await client.get.find({ id: 'a' })).toBeNull();
    node.closeAllConnections();
    node.close();
    expect(connections).toBeLessThanOrEqual(3);
  });
});

describe('what travels', () => {
  test('SCOF#3: a slash in a path parameter stays in it, and dots are refused', async () => {
    const client = inProcess();
    for (const id of ['a/b', '%2F', 'a?b#c', 'ü 🧾', '..;', '%2e%2e'])
      expect(await client.get({ id })).toEqual({ name: id });
    for (const id of ['', '.', '..'])
      expect(client.get({ id })).rejects.toThrow('cannot stand in a path');
  });

  test('feign#2872: a GET never becomes a POST, since a GET with a body is no contract', () => {
    const request = { body: json(Name) };
    const get = {
      method: 'get',
      path: '/things',
      request,
      responses: { 200: json(Name) },
    } as const;
    expect(() => contract('claim-service', { get })).toThrow('a GET has no body');
  });

  test('SCOF#104: dates and numbers travel as the contract says, not as the locale does', async () => {
    const { name } = await inProcess().since({ day: new Date('2026-02-01'), ratio: 1234.5 });
    expect(name).toBe('2026-02-01T00:00:00.000Z 1234.5');
  });

  test('SCOF#146: pages and sorting are arguments and an iterator', async () => {
    const pages: number[] = [];
    const sort = [
      { field: 'name', descending: false },
      { field: 'size', descending: true },
    ] as const;
    for await (const { page, items } of inProcess().list.pages({ sort: [...sort], size: 2 })) {
      expect(items).toEqual([{ name: 'name' }, { name: '-size' }]);
      pages.push(page);
    }
    expect(pages).toEqual([0, 1]);
  });

  test('feign#1697: packed replies are unpacked, and long bodies are packed where that is wanted', async () => {
    const encodings: (string | null)[] = [];
    using packing = server(async (request) => {
      encodings.push(request.headers.get('content-encoding'));
      const reply = await app.fetch(request);
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      return new Response(Bun.gzipSync(await reply.text()), { status: reply.status, headers });
    });
    const client = clientOf([packing.url], { gzipAbove: 1000 });
    const name = 'x'.repeat(5000);
    expect(await client.add({ body: { name } })).toEqual({ name });
    expect(await client.add({ body: { name: 'short' } })).toEqual({ name: 'short' });
    expect(encodings).toEqual(['gzip', null]);
  });

  test('SCOF#949: who asks, and the trace, travel through retries and circuits', async () => {
    const ids: (string | null)[] = [];
    using flaky = server((request) => {
      ids.push(request.headers.get('x-request-id'));
      return ids.length < 3 ? new Response(null, { status: 503 }) : app.fetch(request);
    });
    const inbound = new Request('http://host/', { headers: { 'x-request-id': 'r-1' } });
    await withContext(contextOf(inbound), async () => {
      await clientOf([flaky.url]).get({ id: 'a' });
      expect(currentContext()?.requestId).toBe('r-1');
    });
    expect(ids).toEqual(['r-1', 'r-1', 'r-1']);
  });
});

describe('clients', () => {
  test('SCOF#926: an operation has a time limit of its own, and so has a call', async () => {
    using sleeping = server(() => new Promise<Response>(() => undefined));
    const client = clientOf([sleeping.url], { timeoutMs: 60_000, totalTimeoutMs: 120_000 });
    expect((await failure(client.slow())).attempts).toHaveLength(1);
    const error = await failure(client.get({ id: '1' }, { timeoutMs: 10, totalTimeoutMs: 50 }));
    expect(error.failure).toBe('timeout');
  });

  test('SCOF#547: client, server and stand-in share one contract, and importing it offers nothing', async () => {
    expect(JSON.stringify(Object.keys(claims))).toBe('["service","operations"]');
    const other = implement(contract('other-service', {}), {});
    expect((await other.request('/things/a')).status).toBe(404);
    expect(await inProcess().get({ id: 'a' })).toEqual({ name: 'a' });
  });

  test('SCOF#534: calls are promises that run side by side', async () => {
    const waiting: (() => void)[] = [];
    using meeting = server(async () => {
      await new Promise<void>((go) => {
        waiting.push(go);
        // Nobody gets an answer before all of them are here.
        if (waiting.length === 10) for (const each of waiting) each();
      });
      return Response.json({ name: 'met' });
    });
    const client = clientOf([meeting.url]);
    const ids = Array.from({ length: 10 }, (_, n) => String(n));
    const met = await Promise.all(ids.map((id) => client.get({ id })));
    expect(met).toHaveLength(10);
  });

  test('feign#1215: one record for each attempt, and no secret in it or in an error', async () => {
    const told: unknown[] = [];
    using failing = server(() => new Response('hush', { status: 503 }));
    const client = clientOf([failing.url], {
      retries: 1,
      observe: (attempt) => told.push(attempt),
      headers: () => ({ authorization: 'Bearer hush' }),
    });
    const error = await failure(client.buy({ body: { name: 'hush' } }));
    expect(told).toMatchObject([{ number: 1, outcome: '503' }, { number: 2 }]);
    expect(Bun.inspect([told, error], { depth: 10 })).not.toContain('hush');
  });

  test('feign#678: who adds headers knows which operation is called, where, and how often', async () => {
    const known: string[] = [];
    using up = server((request) => app.fetch(request));
    const client = clientOf([up.url], {
      headers: ({ service, operation, instance, number }) => {
        known.push(`${service}.${operation} ${instance === up.url} ${number}`);
        return {};
      },
    });
    await client.add({ body: { name: 'a' } });
    expect(known).toEqual(['claim-service.add true 1']);
  });

  test('SCOF#67: two clients of one service have nothing in common', async () => {
    using up = server((request) => app.fetch(request));
    const [careful, other] = [clientOf([], { retries: 0 }), clientOf([up.url])];
    for (let n = 0; n < 10; n += 1) await failure(careful.get({ id: 'a' }));
    expect(await other.get({ id: 'a' })).toEqual({ name: 'a' });
  });
});

/** 425 says no more than that somebody else should be asked, or later. */
const isTooEarly = ({ status }: { status: number }) => (status === 425 ? true : undefined);

type Options = FeignOptions<typeof claims>;

function decimal() {
  return z.codec(z.string().regex(/^\d+(\.\d+)?$/), z.number(), { decode: Number, encode: String });
}

function inProcess() {
  return feign(claims, { fetch: (request) => app.fetch(request) });
}

function clientOf(addresses: string[], options: Options = {}) {
  return feign(claims, {
    discovery: fixedDiscovery({ 'claim-service': addresses }),
    ...options,
  });
}

function server(fetch: (request: Request) => Response | Promise<Response>) {
  const bun = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch });
  return { url: bun.url.origin, [Symbol.dispose]: () => void bun.stop(true) };
}

function closedAddress(): string {
  using gone = server(() => new Response());
  return gone.url;
}

async function failure(call: Promise<unknown>): Promise<RemoteError> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RemoteError) return error;
  throw new Error('Expected a RemoteError', { cause: error });
}
