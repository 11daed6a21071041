import { expect, test } from 'bun:test';

import { z } from 'zod';

import { contract, json, problem } from './contract.ts';
import { type Discovery, fixedDiscovery } from './discovery.ts';
import { feign, type FeignOptions } from './feign.ts';
import { RemoteError, remoteProblem } from './remote-error.ts';
import { contextOf, withContext } from './request-context.ts';

const Answer = z.object({ by: z.string() });
const things = contract('thing-service', {
  get: {
    method: 'get',
    path: '/things/{id}',
    request: {
      params: z.object({ id: z.string() }),
      query: z.object({ tag: z.array(z.string()) }),
    },
    responses: { 200: json(Answer), 404: problem },
  },
  add: {
    method: 'post',
    path: '/things',
    request: { body: json(z.object({})) },
    responses: { 201: json(Answer) },
  },
  buy: {
    method: 'post',
    path: '/purchases',
    request: { body: json(z.object({})), idempotencyKey: true },
    responses: { 201: json(Answer) },
  },
  replace: {
    method: 'put',
    path: '/things/{id}',
    request: { params: z.object({ id: z.string() }), body: json(z.object({})), ifMatch: true },
    responses: { 200: json(Answer) },
  },
});
const thing = { id: '1', tag: [] };

test('a connection that is refused goes to the next instance, whatever the method', async () => {
  using up = instance();
  const client = clientOf([closedAddress(), closedAddress(), closedAddress(), up.url], {
    retries: 0,
  });
  expect(await client.get(thing)).toEqual({ by: up.url });
  expect(await client.add({ body: {} })).toEqual({ by: up.url });
});

test('nobody there, or nobody who takes connections, is unavailable and names the service', async () => {
  const nobody = await failure(clientOf([]).get(thing));
  expect(nobody).toMatchObject({ failure: 'unavailable', attempts: [] });
  const refused = await failure(clientOf([closedAddress()]).get(thing));
  expect(refused.failure).toBe('unavailable');
  expect(refused.attempts.map(({ outcome }) => outcome)).toEqual(Array(3).fill('ECONNREFUSED'));
  expect(refused.cause).toMatchObject({ code: 'ECONNREFUSED' });
  expect(remoteProblem(refused)).toMatchObject({
    status: 503,
    type: 'service-unavailable',
    options: { detail: "No instance of 'thing-service' takes requests" },
  });
});

test('a read whose connection breaks is repeated elsewhere', async () => {
  using broken = breakingServer('');
  using up = instance();
  expect(await until(broken, () => clientOf([broken.url, up.url]).get(thing))).toEqual({
    by: up.url,
  });
});

test('a read whose reply breaks off is repeated elsewhere', async () => {
  using broken = breakingServer('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"by"');
  using up = instance();
  expect(await until(broken, () => clientOf([broken.url, up.url]).get(thing))).toEqual({
    by: up.url,
  });
});

test('a write whose connection breaks is not repeated, since it may have been done', async () => {
  using broken = breakingServer('');
  const client = clientOf([broken.url]);
  expect(await failure(client.add({ body: {} }))).toMatchObject({
    failure: 'broken',
    attempts: [{ outcome: 'ECONNRESET' }],
  });
  const replaced = await failure(client.replace({ id: '1', body: {}, ifMatch: 1 }));
  expect(replaced.attempts).toHaveLength(1);
  expect(broken.connections()).toBe(2);
});

test('a write with an Idempotency-Key is repeated under the same key', async () => {
  const keys: (string | null)[] = [];
  using up = instance((request) => {
    keys.push(request.headers.get('idempotency-key'));
    return keys.length < 3 ? new Response(null, { status: 502 }) : undefined;
  });
  await clientOf([up.url]).buy({ body: {} });
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  await clientOf([up.url]).buy({ body: {}, idempotencyKey: 'mine' });
  expect(keys.at(-1)).toBe('mine');
});

test.each([429, 502, 503, 504])(
  'a read that gets %d is repeated, a write is not',
  async (status) => {
    using up = instance((request, count) =>
      count === 1 || request.method === 'POST' ? new Response(null, { status }) : undefined,
    );
    const client = clientOf([up.url]);
    expect(await client.get(thing)).toEqual({ by: up.url });
    expect(await failure(client.add({ body: {} }))).toMatchObject({ failure: 'status', status });
    expect(up.count()).toBe(3);
  },
);

test('an answer about a service further down is not repeated: that one was tried already', async () => {
  const down = new RemoteError('', { service: 'deep', operation: 'get', failure: 'unavailable' });
  using up = instance(() => {
    const { status = 0, type } = remoteProblem(down) ?? {};
    return problemReply(status, type ?? '');
  });
  const error = await failure(clientOf([up.url]).get(thing));
  expect(error).toMatchObject({ failure: 'status', status: 503 });
  expect(up.count()).toBe(1);
  expect(remoteProblem(error)).toMatchObject({ status: 503 });
});

test('a Retry-After is followed, but not for longer than the call may take', async () => {
  using up = instance((_, count) =>
    count === 1
      ? new Response(null, { status: 503, headers: { 'retry-after': '3600' } })
      : undefined,
  );
  const error = await failure(clientOf([up.url], { totalTimeoutMs: 300 }).get(thing));
  expect(error.failure).toBe('timeout');
  expect(up.count()).toBe(1);
});

test('an instance that does not answer in time is left for another', async () => {
  using slow = instance(() => new Promise(() => undefined));
  using up = instance();
  const client = clientOf([slow.url, up.url], { timeoutMs: 2000 });
  expect(await until(slow, () => client.get(thing))).toEqual({ by: up.url });
});

test('a transport that ignores its signal is left all the same', async () => {
  const late = Promise.withResolvers<Response>();
  let calls = 0;
  const client = feign(things, {
    timeoutMs: 300,
    fetch() {
      calls += 1;
      if (calls === 1) return late.promise;
      // Answers in the middle of the second attempt, when nobody waits for it any more.
      late.resolve(Response.json({ by: 'late' }));
      return Bun.sleep(5).then(() => Response.json({ by: 'second' }));
    },
  });
  expect(await client.get(thing)).toEqual({ by: 'second' });
});

test('a call that gets no answer within its time is a time-out', async () => {
  using slow = instance(() => new Promise(() => undefined));
  const error = await failure(clientOf([slow.url], { totalTimeoutMs: 300 }).get(thing));
  expect(error).toMatchObject({ failure: 'timeout', attempts: [{ outcome: 'timeout' }] });
  expect(remoteProblem(error)).toMatchObject({ status: 504 });
});

test('the time limit of an attempt covers the body of its reply', async () => {
  using slow = instance(
    () => new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([123])) })),
  );
  const client = clientOf([slow.url], { timeoutMs: 30, retries: 0 });
  expect(await failure(client.get(thing))).toMatchObject({ failure: 'timeout' });
});

test('a caller that leaves ends the request at the other side', async () => {
  const arrived = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  using slow = instance((request) => {
    request.signal.addEventListener('abort', () => left.resolve());
    arrived.resolve();
    return new Promise(() => undefined);
  });
  const leaving = new AbortController();
  const call = failure(clientOf([slow.url]).get(thing, { signal: leaving.signal }));
  await arrived.promise;
  leaving.abort();
  expect(await call).toMatchObject({ failure: 'aborted', attempts: [{ outcome: 'aborted' }] });
  await left.promise;
});

test('a reply that breaks the contract says where', async () => {
  const answers: [Response, string][] = [
    [Response.json({ by: 7 }), '/by '],
    [new Response('<html>'), 'not JSON'],
    [new Response(null, { status: 202 }), 'declares no 202'],
  ];
  for (const [answer, complaint] of answers) {
    using up = instance(() => answer);
    const error = await failure(clientOf([up.url]).get(thing));
    expect(error.failure).toBe('broken');
    expect(error.message).toContain(complaint);
    expect(remoteProblem(error)).toMatchObject({ status: 502 });
  }
});

test('fields that the contract does not declare do not get through', async () => {
  using up = instance(() => Response.json({ by: 'x', secret: 1 }));
  expect(await clientOf([up.url]).get(thing)).toEqual({ by: 'x' });
});

test('a path parameter never leaves its segment', async () => {
  using up = instance((request) => Response.json({ by: new URL(request.url).pathname }));
  const client = clientOf([up.url]);
  for (const id of ['a/b', '?x=1', '#top', '%2e%2e', '..\\', 'é😀', ' ', 'a:b', '...']) {
    const { by } = await client.get({ id, tag: [] });
    expect(decodeURIComponent(by)).toBe(`/things/${id}`);
    expect(by.split('/')).toHaveLength(3);
  }
  for (const id of ['', '.', '..'])
    expect(client.get({ id, tag: [] })).rejects.toThrow("Argument 'id' cannot stand in a path");
});

test('a list in a query repeats its key', async () => {
  using up = instance((request) => Response.json({ by: new URL(request.url).search }));
  expect(await clientOf([up.url]).get({ id: '1', tag: ['a', 'b&c'] })).toEqual({
    by: '?tag=a&tag=b%26c',
  });
});

test('the request being handled passes on its id, who asks, its trace, its deadline and its end', async () => {
  const seen: Headers[] = [];
  using up = instance((request) => void seen.push(request.headers));
  const leaving = new AbortController();
  const inbound = new Request('http://x', {
    signal: leaving.signal,
    headers: {
      'x-request-id': 'r-1',
      'x-forwarded-user': 'h\u00c3\u00a9l\u00c3\u00a8ne',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-request-timeout-ms': '30000',
    },
  });
  const client = clientOf([up.url], { timeoutMs: 60_000, totalTimeoutMs: 60_000 });
  await withContext(contextOf(inbound), async () => {
    await client.get(thing);
    leaving.abort();
    expect(await failure(client.get(thing))).toMatchObject({ failure: 'aborted' });
    expect(await client.add({ body: {} })).toEqual({ by: up.url });
  });
  const [headers] = seen;
  expect(headers?.get('x-request-id')).toBe('r-1');
  expect(headers?.get('x-forwarded-user')).toBe('h\u00c3\u00a9l\u00c3\u00a8ne');
  expect(headers?.get('traceparent')).toStartWith('00-0af7651916cd43dd8448eb211c80319c-');
  expect(Number(headers?.get('x-request-timeout-ms'))).toBeWithin(1, 30_001);
});

test('what a write needs to read is read, though its caller left', async () => {
  using up = instance();
  const write = new Request('http://x', { method: 'POST', signal: AbortSignal.abort() });
  await withContext(contextOf(write), async () => {
    expect(await clientOf([up.url]).get(thing)).toEqual({ by: up.url });
  });
});

test('a request whose time is over calls nobody', async () => {
  using up = instance();
  const context = { ...contextOf(new Request('http://x')), deadlineMs: performance.now() - 1 };
  const error = await withContext(context, () => failure(clientOf([up.url]).get(thing)));
  expect(error.failure).toBe('timeout');
  expect(up.count()).toBe(0);
});

test('a fallback stands in when nobody answers, not when the answer is clear', async () => {
  const fallback = { get: ({ id }: { id: string }) => ({ by: `fallback ${id}` }) };
  expect(await clientOf([], { fallback }).get(thing)).toEqual({ by: 'fallback 1' });
  const told = clientOf([], { fallback: (error) => ({ get: () => ({ by: error.failure }) }) });
  expect(await told.get.find(thing)).toEqual({ by: 'unavailable' });
  expect(await failure(told.add({ body: {} }))).toMatchObject({ failure: 'unavailable' });

  using up = instance(() => problemReply(404, 'not-found'));
  expect(await failure(clientOf([up.url], { fallback }).get(thing))).toMatchObject({ status: 404 });
});

test('headers given once go with every attempt', async () => {
  const seen: (string | null)[] = [];
  using up = instance((request, count) => {
    seen.push(request.headers.get('authorization'));
    return count === 1 ? new Response(null, { status: 503 }) : undefined;
  });
  let turn = 0;
  await clientOf([up.url], { headers: () => ({ authorization: `Bearer ${(turn += 1)}` }) }).get(
    thing,
  );
  expect(seen).toEqual(['Bearer 1', 'Bearer 2']);
});

test('an error shows nothing of what was sent as a secret', async () => {
  using slow = instance(() => new Promise(() => undefined));
  using failing = instance(() => new Response(null, { status: 503 }));
  for (const url of [slow.url, failing.url, closedAddress()]) {
    const client = clientOf([url], {
      headers: () => ({ authorization: 'Bearer hush' }),
      timeoutMs: 20,
      retries: 1,
    });
    const error = await failure(client.get({ id: '1', tag: [] }));
    expect(Bun.inspect(error, { depth: 10 })).not.toContain('hush');
  }
});

test('every attempt is told of, with its operation, its number and its outcome', async () => {
  const attempts: string[] = [];
  using up = instance((_, count) =>
    count === 1 ? new Response(null, { status: 503 }) : undefined,
  );
  await clientOf([up.url], {
    observe: ({ service, operation, number, outcome }) =>
      void attempts.push(`${service}.${operation} ${number} ${outcome}`),
  }).get(thing);
  expect(attempts).toEqual(['thing-service.get 1 503', 'thing-service.get 2 200']);
});

test('an operation may say how long it takes, and that it may be repeated', async () => {
  const slow = contract('slow-service', {
    search: {
      method: 'post',
      path: '/searches',
      timeoutMs: 61_234,
      isRepeatable: true,
      responses: { 201: json(Answer) },
    },
  });
  const limits: number[] = [];
  using up = instance((request, count) => {
    limits.push(Number(request.headers.get('x-request-timeout-ms')));
    return count === 1 ? new Response(null, { status: 503 }) : undefined;
  });
  const discovery = fixedDiscovery({ 'slow-service': [up.url] });
  expect(await feign(slow, { discovery, totalTimeoutMs: 120_000 }).search()).toEqual({
    by: up.url,
  });
  expect(limits).toEqual([61_234, 61_234]);
});

test('retries stop when too many calls need one', async () => {
  using up = instance(() => new Response(null, { status: 503, headers: { 'retry-after': '0' } }));
  const client = clientOf([up.url]);
  await Promise.all(Array.from({ length: 50 }, () => failure(client.get(thing))));
  // Ten in reserve, one for five calls, and what a slow run earns meanwhile; without a budget: 150.
  expect(up.count()).toBeWithin(50, 140);
});

test('an instance that keeps failing is not asked for a while, then by one call', async () => {
  let isWell = false;
  using up = instance(() => (isWell ? undefined : new Response(null, { status: 502 })));
  const client = clientOf([up.url], { retries: 0 });
  for (let n = 0; n < 5; n += 1) await failure(client.get(thing));
  const failing = await failure(client.get(thing));
  expect(failing).toMatchObject({ failure: 'unavailable', attempts: [] });
  expect(failing.message).toContain('failed a moment ago');
  expect(up.count()).toBe(5);

  isWell = true;
  const results = await eventually(() =>
    Promise.allSettled(Array.from({ length: 5 }, () => client.get(thing))),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(up.count()).toBe(6);
  expect(await client.get(thing)).toEqual({ by: up.url });
});

test('an instance whose circuit is open is passed over without a request or a wait', async () => {
  using down = instance(() => new Response(null, { status: 503 }));
  using up = instance();
  const client = clientOf([down.url, up.url], { retries: 1 });
  while (down.count() < 5) expect(await client.get(thing)).toEqual({ by: up.url });
  // Few enough that they are over before it is tried again.
  for (let n = 0; n < 20; n += 1) expect(await client.get(thing)).toEqual({ by: up.url });
  expect(down.count()).toBe(5);
});

test.each([400, 404, 409, 500])('an answer of %d never opens a circuit', async (status) => {
  using up = instance(() => problemReply(status, 'whatever'));
  const client = clientOf([up.url]);
  for (let n = 0; n < 20; n += 1)
    expect(await failure(client.get(thing))).toMatchObject({ status });
  expect(up.count()).toBe(20);
});

test('calls beyond the bulkhead wait for room, those beyond that are turned away', async () => {
  const gate = Promise.withResolvers<void>();
  const both = Promise.withResolvers<void>();
  using up = instance((_, count) => {
    if (count === 2) both.resolve();
    return count <= 2 ? gate.promise.then(() => Response.json({ by: 'gate' })) : undefined;
  });
  const client = clientOf([up.url], { concurrentCalls: 2, waitingCalls: 1 });
  const running = [client.get(thing), client.get(thing)];
  await both.promise;
  const waiting = client.get(thing);
  const turnedAway = await failure(client.get(thing));
  expect(turnedAway).toMatchObject({ failure: 'unavailable', attempts: [] });
  expect(turnedAway.message).toContain('Too many calls are under way');
  expect(up.count()).toBe(2);
  gate.resolve();
  expect(await Promise.all([...running, waiting])).toEqual([
    { by: 'gate' },
    { by: 'gate' },
    { by: up.url },
  ]);
});

test('a call that waits for room gives up when its time is over', async () => {
  using slow = instance(() => new Promise(() => undefined));
  const client = clientOf([slow.url], { concurrentCalls: 1 });
  const leaving = new AbortController();
  const running = failure(client.get(thing, { signal: leaving.signal }));
  const waiting = await failure(client.get(thing, { totalTimeoutMs: 300 }));
  expect(waiting).toMatchObject({ failure: 'unavailable', attempts: [] });
  leaving.abort();
  await running;
});

test('a hedged read takes the answer that comes first and ends the other request', async () => {
  const left = Promise.withResolvers<void>();
  using slow = instance((request) => {
    request.signal.addEventListener('abort', () => left.resolve());
    return new Promise(() => undefined);
  });
  using up = instance();
  const client = clientOf([slow.url, up.url], { hedgeAfterMs: 10 });
  expect(await until(slow, () => client.get(thing))).toEqual({ by: up.url });
  await left.promise;
});

test('a write is never hedged', async () => {
  // The write is held until a read that began after it was hedged.
  const hedgedRead = Promise.withResolvers<void>();
  const counts = { GET: 0, POST: 0 };
  const answer: Answering = async ({ method }) => {
    counts[method === 'GET' ? 'GET' : 'POST'] += 1;
    if (counts.GET === 2) hedgedRead.resolve();
    await hedgedRead.promise;
    return undefined;
  };
  using one = instance(answer);
  using two = instance(answer);
  const client = clientOf([one.url, two.url], { hedgeAfterMs: 5 });
  await Promise.all([client.add({ body: {} }), client.get(thing)]);
  expect(counts).toEqual({ GET: 2, POST: 1 });
});

test('an instance that joins gets its share, one that leaves gets nothing more', async () => {
  using one = instance();
  using two = instance();
  const addresses = [one.url];
  const discovery: Discovery = {
    ...fixedDiscovery({}),
    instances: () => fixedDiscovery({ s: addresses }).instances('s'),
  };
  const client = feign(things, { discovery });
  const calls = () => Promise.all(Array.from({ length: 40 }, () => client.get(thing)));
  await calls();
  expect(two.count()).toBe(0);
  addresses.push(two.url);
  await calls();
  expect(two.count()).toBeGreaterThan(10);
  addresses.shift();
  const before = one.count();
  await calls();
  expect(one.count()).toBe(before);
});

type Answering = (
  request: Request,
  count: number,
) => Response | undefined | void | Promise<Response | undefined>;

/** Answers with its own address unless told otherwise. */
function instance(answer: Answering = () => undefined) {
  let count = 0;
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    async fetch(request) {
      count += 1;
      const usual = Response.json(
        { by: server.url.origin },
        { status: request.method === 'POST' ? 201 : 200 },
      );
      return (await answer(request, count)) ?? usual;
    },
  });
  return {
    url: server.url.origin,
    count: () => count,
    [Symbol.dispose]: () => void server.stop(true),
  };
}

/** Takes a request, says the beginning of a reply at most, and hangs up. */
function breakingServer(beginning: string) {
  let connections = 0;
  const listener = Bun.listen({
    port: 0,
    hostname: '127.0.0.1',
    socket: {
      data(socket) {
        connections += 1;
        socket.end(beginning);
      },
    },
  });
  return {
    url: `http://127.0.0.1:${listener.port}`,
    connections: () => connections,
    count: () => connections,
    [Symbol.dispose]: () => listener.stop(true),
  };
}

/** Calls until the server in question was asked once; the result of that call. */
async function until<T>(server: { count: () => number }, call: () => Promise<T>): Promise<T> {
  for (;;) {
    const result = await call();
    if (server.count() > 0) return result;
  }
}

/** Tries until one of the results is not a refusal of the circuit. */
async function eventually<T>(
  attempt: () => Promise<PromiseSettledResult<T>[]>,
): Promise<PromiseSettledResult<T>[]> {
  for (;;) {
    const results = await attempt();
    if (results.some(({ status }) => status === 'fulfilled')) return results;
    await Bun.sleep(20);
  }
}

function closedAddress(): string {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  void server.stop(true);
  return server.url.origin;
}

function clientOf(addresses: string[], options: FeignOptions<typeof things> = {}) {
  return feign(things, {
    discovery: fixedDiscovery({ 'thing-service': addresses }),
    ...options,
  });
}

const problemReply = (status: number, type: string) =>
  new Response(JSON.stringify({ type: `/problems/${type}`, title: type, status }), {
    status,
    headers: { 'content-type': 'application/problem+json' },
  });

async function failure(call: Promise<unknown>): Promise<RemoteError> {
  const error = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RemoteError) return error;
  throw new Error('Expected a RemoteError', { cause: error });
}
