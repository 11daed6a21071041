import { expect, spyOn, test } from 'bun:test';

import { z } from 'zod';

import { bytes, contract, events, json } from './contract.ts';
import { fixedDiscovery } from './discovery.ts';
import { feign } from './feign.ts';
import { implement } from './implement.ts';
import { silentLog } from './log.ts';
import { notFound } from './problem.ts';
import { RemoteError } from './remote-error.ts';
import { serve } from './service.ts';
import { until } from './testing.ts';

const streams = contract('stream-service', {
  file: {
    method: 'get',
    path: '/files/{name}',
    request: { params: z.object({ name: z.string() }) },
    responses: { 200: bytes('text/plain') },
  },
  /** Its limit is long enough for the first chunk on a busy machine. */
  stall: {
    method: 'get',
    path: '/stalled/{name}',
    request: { params: z.object({ name: z.string() }) },
    responses: { 200: bytes() },
    timeoutMs: 2000,
  },
  watch: {
    method: 'get',
    path: '/watch/{name}',
    request: { params: z.object({ name: z.string() }) },
    responses: { 200: events({ tick: z.object({ n: z.int() }) }) },
  },
  load: {
    method: 'put',
    path: '/load',
    request: { body: bytes() },
    responses: { 200: json(z.int()) },
  },
});

/** What each stream's handler came to, by its name. */
const ended = new Map<string, string>();
/** By the reader of what breaks off later. */
const somethingRead = Promise.withResolvers<void>();

const app = implement(streams, {
  file: ({ name }) => noted(name, chunks(name)),
  stall: ({ name }, { signal }) => noted(name, chunks('stalls', signal)),
  watch: ({ name }, { signal }) => noted(name, ticks(name, signal)),
  load: async ({ body }) => {
    let size = 0;
    for await (const chunk of body) size += chunk.byteLength;
    return size;
  },
});

async function* noted<T>(name: string, source: AsyncIterable<T>): AsyncGenerator<T> {
  let how = 'left';
  try {
    yield* source;
    how = 'done';
  } catch (error) {
    how = 'failed';
    throw error;
  } finally {
    ended.set(name, how);
  }
}

async function* chunks(name: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (name === 'missing') notFound('file', name);
  for (let n = 0; ; n += 1) {
    yield new TextEncoder().encode(`${n},`);
    if (name === 'breaks' && n === 1) {
      await somethingRead.promise;
      throw new Error('The disk is full');
    }
    if (name === 'stalls') await leaving(signal);
  }
}

async function* ticks(name: string, signal?: AbortSignal) {
  if (name === 'missing') notFound('watch', name);
  for (let n = 0; ; n += 1) {
    yield { event: 'tick' as const, data: { n: name === 'wrong' && n === 1 ? n + 0.5 : n } };
    if (name === 'fails' && n === 1) throw new Error('The password is 1234');
    if (name === 'waits') await leaving(signal);
    await Bun.sleep(1);
  }
}

const leaving = (signal?: AbortSignal) =>
  new Promise((go) => signal?.addEventListener('abort', go, { once: true }));

function overSocket(fetch = (request: Request) => app.fetch(request)) {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch, development: false });
  const discovery = fixedDiscovery({ [streams.service]: [server.url.origin] });
  const seen: string[] = [];
  const client = feign(streams, {
    discovery,
    observe: ({ operation, outcome }) => seen.push(`${operation} ${outcome}`),
  });
  return { client, seen, server, [Symbol.dispose]: () => void server.stop(true) };
}

test('leaving the loop ends the request at the server', async () => {
  using at = overSocket();
  let count = 0;
  for await (const _ of at.client.file({ name: 'left-file' })) {
    count += 1;
    if (count === 3) break;
  }
  for await (const { data } of at.client.watch({ name: 'left-watch' })) if (data.n === 3) break;
  await until(() => ended.get('left-file') === 'left', { what: 'the end of the file' });
  await until(() => ended.get('left-watch') === 'left', { what: 'the end of the watch' });
  expect(at.seen).toEqual(['file 200, then left', 'watch 200, then left']);
});

test('a reader that leaves while the next event is being made is no error', async () => {
  using at = overSocket();
  using logged = spyOn(silentLog, 'error');
  for await (const _ of at.client.watch({ name: 'waits' })) break;
  await until(() => ended.get('waits') === 'left', { what: 'the end of the watch' });
  // What was wrong with it came out a turn later.
  await Bun.sleep(0);
  expect(logged).not.toHaveBeenCalled();
});

test('a caller that aborts gets an error, and its request is ended', async () => {
  using at = overSocket();
  const leaving = new AbortController();
  const error = await failure(async () => {
    for await (const { data } of at.client.watch({ name: 'aborted' }, { signal: leaving.signal }))
      if (data.n === 2) leaving.abort();
  });
  expect(error).toMatchObject({ failure: 'aborted', operation: 'watch' });
  await until(() => ended.get('aborted') === 'left', { what: 'the end of the watch' });
});

test('a stream that was given up before anybody read it was never asked for', async () => {
  using at = overSocket();
  at.client.watch({ name: 'unread' });
  await at.client.load({ body: new Uint8Array(1) });
  expect(at.seen).toEqual(['load 200']);
});

test('a reply whose stream nobody reads is ended by its signal, or after the time limit', async () => {
  using at = overSocket();
  const leaving = new AbortController();
  await at.client.watch.reply({ name: 'unread-watch' }, { signal: leaving.signal });
  leaving.abort();
  await until(() => ended.get('unread-watch') === 'left', { what: 'the end of the watch' });
  const { data } = await at.client.stall.reply({ name: 'unread-file' });
  await until(() => ended.get('unread-file') === 'left', { what: 'the end of the file' });
  expect(at.seen).toEqual(['watch 200, then aborted', 'stall 200, then timeout']);
  expect((await failure(() => data.text())).message).toContain('Nobody read it for 2000 ms');
});

test('an iteration that is given up before its first event ends the request', async () => {
  using at = overSocket();
  const { data } = await at.client.watch.reply({ name: 'unbegun' });
  await data[Symbol.asyncIterator]().return?.();
  await until(() => ended.get('unbegun') === 'left', { what: 'the end of the watch' });
  expect(at.seen).toEqual(['watch 200, then left']);
});

test('streams that are forgotten unread are ended when their memory is collected', async () => {
  using at = overSocket();
  const names = Array.from({ length: 20 }, (_, n) => `forgotten-${n}`);
  for (const name of names) await at.client.watch.reply({ name });
  // Not each: what the engine finds on its stack it takes for used.
  await until(
    () => {
      Bun.gc(true);
      return names.filter((name) => ended.get(name) === 'left').length > 10;
    },
    { what: 'the end of most' },
  );
});

test('a stream that is being read stays, however often memory is collected', async () => {
  using at = overSocket();
  let count = 0;
  for await (const _ of (await at.client.watch.reply({ name: 'kept' })).data) {
    Bun.gc(true);
    count += 1;
    if (count === 10) break;
  }
  expect(count).toBe(10);
  expect(at.seen).toEqual(['watch 200, then left']);
});

test('bytes that fail before the first are a problem, those that fail later a broken connection', async () => {
  using at = overSocket();
  const missing = await failure(() => at.client.file({ name: 'missing' }).text());
  expect(missing).toMatchObject({ status: 404, failure: 'status' });
  const broken = await failure(async () => {
    for await (const _ of at.client.file({ name: 'breaks' })) somethingRead.resolve();
  });
  expect(broken).toMatchObject({
    failure: 'broken',
    service: 'stream-service',
    attempts: [{ outcome: '200, then ECONNRESET' }],
  });
  expect(broken.message).not.toContain('disk');
});

test('bytes that stop coming are given up, a time limit after the last', async () => {
  using at = overSocket();
  const error = await failure(() => at.client.stall({ name: 'stalls' }).bytes());
  expect(error).toMatchObject({ failure: 'timeout', message: expect.stringContaining('2000 ms') });
  await until(() => ended.get('stalls') !== undefined, { what: 'the end of the file' });
});

test('events that fail end with the problem, of which nothing secret is told', async () => {
  using at = overSocket();
  const got: number[] = [];
  const error = await failure(async () => {
    for await (const { data } of at.client.watch({ name: 'fails' })) got.push(data.n);
  });
  expect(got).toEqual([0, 1]);
  expect(error).toMatchObject({ failure: 'status', status: 500, problem: { status: 500 } });
  expect(error.message).not.toContain('1234');
  const missing = await failure(async () => {
    for await (const _ of at.client.watch({ name: 'missing' })) break;
  });
  expect(missing).toMatchObject({ status: 404, problem: { type: '/problems/not-found' } });
});

test('an event that breaks the contract is never sent', async () => {
  using at = overSocket();
  const got: number[] = [];
  const error = await failure(async () => {
    for await (const { data } of at.client.watch({ name: 'wrong' })) got.push(data.n);
  });
  expect(got).toEqual([0]);
  expect(error.status).toBe(500);
});

test('a page of a proxy is no stream, and neither is an event that makes no sense', async () => {
  const type = { 'content-type': 'text/html' };
  using page = overSocket(() => new Response('<p>Please log in', { headers: type }));
  const error = await failure(() => page.client.file({ name: 'a' }).text());
  expect(error).toMatchObject({ failure: 'broken' });
  expect(error.message).toContain("The body is 'text/html', not 'text/plain'");
  const eventStream = { 'content-type': 'text/event-stream' };
  const body = 'event: other\ndata: 1\n\nevent: tick\ndata: {"n":"x"}\n\n';
  using odd = overSocket(() => new Response(body, { headers: eventStream }));
  const nonsense = await failure(async () => {
    for await (const _ of odd.client.watch({ name: 'a' })) expect.unreachable();
  });
  expect(nonsense).toMatchObject({ failure: 'broken' });
  expect(nonsense.message).toContain("The event 'tick': /n");
});

test('a HEAD learns the headers of a stream and leaves none behind', async () => {
  const file = await app.request('/files/head', { method: 'HEAD' });
  expect([file.status, file.headers.get('content-type')]).toEqual([200, 'text/plain']);
  expect(ended.get('head')).toBe('left');
  const watch = await app.request('/watch/head', { method: 'HEAD' });
  expect(watch.headers.get('content-type')).toBe('text/event-stream');
});

test('a body that is read while it is sent is never sent twice', async () => {
  let requests = 0;
  using up = overSocket(async (request) => {
    requests += 1;
    await request.text();
    return new Response(null, { status: 503 });
  });
  const body = new Blob([new Uint8Array(3)]).stream();
  expect((await failure(() => up.client.load({ body }))).status).toBe(503);
  expect(requests).toBe(1);
  expect((await failure(() => up.client.load({ body: new Uint8Array(3) }))).status).toBe(503);
  expect(requests).toBe(4);
});

test('a service that stops ends its event streams, which would never end', async () => {
  const own = implement(streams, {
    file: () => expect.unreachable(),
    stall: () => expect.unreachable(),
    load: () => expect.unreachable(),
    watch: ({ name }) => noted(name, ticks(name)),
  });
  const service = serve({
    app: own,
    log: silentLog,
    config: { HOST: '127.0.0.1', PORT: 0 },
  });
  const discovery = fixedDiscovery({ [streams.service]: [service.server.url.origin] });
  let count = 0;
  for await (const _ of feign(streams, { discovery }).watch({ name: 'stopped' })) {
    count += 1;
    if (count === 2) void service.stop();
  }
  expect(count).toBeGreaterThan(1);
  await until(() => ended.get('stopped') === 'left', { what: 'the end of the watch' });
});

async function failure(call: () => Promise<unknown>): Promise<RemoteError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
  throw new Error('Expected a RemoteError');
}
