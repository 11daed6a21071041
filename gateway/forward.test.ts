import { afterEach, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';

import { type Discovery, fixedDiscovery } from 'platform/discovery';
import { until } from 'platform/testing';

import {
  bodyOf,
  everythingTo,
  exchange,
  freePort,
  get,
  headerOf,
  OK,
  rawUpstream,
  request,
  startGateway,
  statusOf,
} from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

function gatewayTo(url: string, filters: Parameters<typeof everythingTo>[1] = {}) {
  const gateway = startGateway({ routes: [everythingTo(url, filters)] });
  cleanUp.push(gateway.stop);
  return gateway;
}
async function upstreamWith(answer: Parameters<typeof rawUpstream>[0]) {
  const upstream = await rawUpstream(answer);
  cleanUp.push(upstream.close);
  return upstream;
}
function balanced(urls: readonly string[]) {
  const discovery: Discovery = fixedDiscovery({ 'some-service': urls });
  const gateway = startGateway({ mode: 'registry', discovery });
  cleanUp.push(gateway.stop);
  return gateway;
}
const problemOf = (reply: string): unknown => JSON.parse(bodyOf(reply));

describe('a problem with the request id', () => {
  test('503 names the service when it has no instance', async () => {
    const gateway = startGateway({
      mode: 'registry',
      routes: [{ id: 'a', match: { path: '/a' }, upstream: 'lb://customer-service' }],
    });
    cleanUp.push(gateway.stop);
    const reply = await exchange(gateway.port, get('/a', 'X-Request-Id: r-1'));
    expect(statusOf(reply)).toBe(503);
    expect(headerOf(reply, 'x-request-id')).toEqual(['r-1']);
    expect(headerOf(reply, 'retry-after')).toEqual(['1']);
    expect(problemOf(reply)).toEqual({
      type: '/problems/service-unavailable',
      title: 'A service that is needed is not available',
      status: 503,
      detail: "No instance of 'customer-service' takes requests",
      requestId: 'r-1',
    });
  });

  test('503 names the service when all its instances refuse', async () => {
    const gateway = balanced([
      `http://127.0.0.1:${await freePort()}`,
      `http://127.0.0.1:${await freePort()}`,
    ]);
    const reply = await exchange(gateway.port, get('/some-service/x'));
    expect(problemOf(reply)).toMatchObject({
      type: '/problems/service-unavailable',
      detail: "No instance of 'some-service' takes requests",
    });
  });

  test('502 when the upstream hangs up before it answers', async () => {
    const upstream = await upstreamWith((socket) => socket.destroy());
    const reply = await exchange(gatewayTo(upstream.url).port, request('POST', '/x'));
    expect(statusOf(reply)).toBe(502);
    expect(problemOf(reply)).toMatchObject({ type: '/problems/bad-gateway' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('504 when the upstream says nothing, 502 when what it says is not HTTP', async () => {
    for (const [bytes, type] of [
      ['', '/problems/gateway-timeout'],
      ['HTTP/1.1 200 OK\r\nhalf of a he', '/problems/gateway-timeout'],
      ['nonsense\r\n\r\n', '/problems/bad-gateway'],
    ] as const) {
      const upstream = await upstreamWith((socket) => void socket.write(bytes));
      const gateway = gatewayTo(upstream.url, { headersTimeoutMs: 100 });
      const reply = await exchange(gateway.port, request('POST', '/x'));
      expect([bytes, problemOf(reply)]).toMatchObject([bytes, { type }]);
      await until(() => upstream.sockets.size === 0, { what: 'the end of the upstream request' });
    }
  });

  test('413 when the body is larger than the route takes, its length said or not', async () => {
    const upstream = await upstreamWith(OK);
    const gateway = gatewayTo(upstream.url, { maxBodyBytes: 4 });
    const said = await exchange(
      gateway.port,
      request('POST', '/x', ['Content-Length: 5'], 'hello'),
    );
    const chunked = await exchange(
      gateway.port,
      request('POST', '/x', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'),
    );
    for (const reply of [said, chunked])
      expect(problemOf(reply)).toMatchObject({ type: '/problems/body-too-large', status: 413 });
    expect(upstream.requests).toEqual([]);
    const small = await exchange(
      gateway.port,
      request('POST', '/x', ['Content-Length: 4'], 'four'),
    );
    expect(statusOf(small)).toBe(200);
  });
});

describe('another instance', () => {
  test('takes the request, body and all, when the first refuses the connection', async () => {
    const upstream = await upstreamWith(OK);
    const gateway = balanced([`http://127.0.0.1:${await freePort()}`, upstream.url]);
    const body = 'x'.repeat(100_000);
    for (let n = 0; n < 20; n += 1) {
      const reply = await exchange(
        gateway.port,
        request('POST', '/some-service/x', [`Content-Length: ${body.length}`], body),
      );
      expect(statusOf(reply)).toBe(200);
    }
    expect(upstream.requests).toHaveLength(20);
    expect(bodyOf(upstream.requests[0] ?? '')).toBe(body);
  });

  test('takes a read whose connection broke before the answer', async () => {
    const broken = await upstreamWith((socket) => socket.destroy());
    const upstream = await upstreamWith(OK);
    const gateway = balanced([broken.url, upstream.url]);
    await until(async () => {
      expect(statusOf(await exchange(gateway.port, get('/some-service/x')))).toBe(200);
      return broken.requests.length > 0;
    });
  });

  test('does not get a write whose connection broke', async () => {
    const broken = await upstreamWith((socket) => socket.destroy());
    const upstream = await upstreamWith(OK);
    const gateway = balanced([broken.url, upstream.url]);
    const statuses: number[] = [];
    await until(async () => {
      statuses.push(statusOf(await exchange(gateway.port, request('POST', '/some-service/x'))));
      return broken.requests.length > 0;
    });
    expect(statuses.at(-1)).toBe(502);
    expect(broken.requests.length + upstream.requests.length).toBe(statuses.length);
  });
});

describe('streaming', () => {
  test('the first piece of an upload is there before the last is sent', async () => {
    const arrived = Promise.withResolvers<void>();
    const upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch({ body }) {
        let text = '';
        for await (const chunk of body ?? []) {
          text += Buffer.from(chunk).toString();
          arrived.resolve();
        }
        return new Response(text);
      },
    });
    cleanUp.push(() => upstream.stop(true));
    async function* pieces() {
      yield 'first ';
      await arrived.promise;
      yield 'last';
    }
    const gateway = gatewayTo(upstream.url.origin);
    const reply = await fetch(`${gateway.url}/x`, { method: 'POST', body: pieces() });
    expect(await reply.text()).toBe('first last');
  });

  test('the first piece of a download is there before the last is made', async () => {
    const arrived = Promise.withResolvers<void>();
    const upstream = await upstreamWith((socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      socket.write('6\r\nfirst \r\n');
      void arrived.promise.then(() => socket.end('4\r\nlast\r\n0\r\n\r\n'));
    });
    const { body } = await fetch(`${gatewayTo(upstream.url).url}/x`);
    let text = '';
    for await (const chunk of body ?? []) {
      text += Buffer.from(chunk).toString();
      arrived.resolve();
    }
    expect(text).toBe('first last');
  });

  test('an event stream that says nothing yet has its head through at once', async () => {
    const upstream = await upstreamWith((socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
    });
    const leave = new AbortController();
    const reply = await fetch(`${gatewayTo(upstream.url).url}/x`, { signal: leave.signal });
    expect(reply.headers.get('content-type')).toBe('text/event-stream');
    leave.abort();
  });

  test('a reply that breaks off is not passed on as a whole one', async () => {
    const later = Promise.withResolvers<void>();
    const upstream = await upstreamWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf');
      void later.promise.then(() => socket.end());
    });
    const client = connect(gatewayTo(upstream.url).port, '127.0.0.1');
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error)).on('data', () => later.resolve());
    client.write(get('/x'));
    await new Promise((resolve) => client.once('close', resolve));
    expect(errors).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  test('a reply that breaks off at once is 502, or cut off if its head has left already', async () => {
    const upstream = await upstreamWith((socket) => {
      socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf');
    });
    const reply = await exchange(gatewayTo(upstream.url).port, get('/x')).catch(() => 'HTTP/1.1 0');
    expect([502, 0]).toContain(statusOf(reply));
    expect(await gatewayTo(upstream.url).serverOptions.error?.(new Error()).json()).toMatchObject({
      type: '/problems/bad-gateway',
      status: 502,
    });
  });

  test('a reply that takes longer than the route allows is cut off, or 504 if it has not begun', async () => {
    const start =
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';
    const slow = await upstreamWith((socket) => void socket.write(`${start}4\r\nhalf\r\n`));
    const silent = await upstreamWith(() => undefined);
    const cut = exchange(gatewayTo(slow.url, { totalTimeoutMs: 100 }).port, get('/x'));
    const outcome = await cut.catch(({ code }: { code: string }) => code);
    expect(outcome.endsWith('0\r\n\r\n')).toBe(false);
    await until(() => slow.sockets.size === 0, { what: 'the end of the upstream request' });
    const late = await exchange(gatewayTo(silent.url, { totalTimeoutMs: 100 }).port, get('/x'));
    expect(statusOf(late)).toBe(504);
  });

  test('a client that leaves ends the upstream request, before and within the reply', async () => {
    const chunked = 'Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n';
    for (const start of [
      '',
      `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${chunked}`,
      `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n${chunked}`,
      `HTTP/1.1 200 OK\r\n${chunked}`,
    ]) {
      const upstream = await upstreamWith((socket) => void socket.write(start));
      const { port } = gatewayTo(upstream.url);
      const client = connect(port, '127.0.0.1', () => client.write(get('/x')));
      await until(() => upstream.requests.length === 1);
      if (start !== '') await new Promise((resolve) => client.once('data', resolve));
      client.destroy();
      await until(() => upstream.sockets.size === 0, { what: 'the end of the upstream request' });
    }
  });
});
