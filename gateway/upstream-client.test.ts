import { afterEach, describe, expect, spyOn, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';

import { until } from 'platform/testing';

import { createPendingRequests } from './pending.ts';
import {
  everythingTo,
  exchange,
  freePort,
  get,
  OK,
  rawUpstream,
  request,
  startGateway,
  statusOf,
} from './test-rig.ts';
import { createUpstreamClient } from './upstream-client.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

function gatewayTo(url: string) {
  const gateway = startGateway({ routes: [everythingTo(url)] });
  cleanUp.push(gateway.stop);
  return gateway;
}

/** Each connection that was ever made to it, in order. */
async function upstreamWith(answer: (socket: Socket, request: string, nth: number) => void) {
  const seen: Socket[] = [];
  const upstream = await rawUpstream((socket, bytes) => {
    if (!seen.includes(socket)) seen.push(socket);
    answer(socket, bytes, seen.indexOf(socket));
  });
  cleanUp.push(upstream.close);
  return { ...upstream, seen };
}

/** A server that answers with the Host that it was asked for; what it is to be asked for. */
function whoSaysItsHost(hostname: string, name: string): string {
  const server = Bun.serve({
    hostname,
    port: 0,
    fetch: ({ headers }) => new Response(headers.get('host')),
  });
  cleanUp.push(() => server.stop(true));
  return `${name}:${server.port}`;
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

const EVENTS =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';

/** A client alone, and the bodies of what it gets. */
function directTo(origin: string) {
  const client = createUpstreamClient();
  const pending = createPendingRequests();
  cleanUp.push(client.close, pending.close);
  const get = async (path: string, signal?: AbortSignal) => {
    const waiting = pending.add(new Request('http://a/', signal ? { signal } : {}), 60_000);
    try {
      const reply = await client.send(origin, {
        method: 'GET',
        pathAndQuery: path,
        headers: {},
        body: null,
        length: undefined,
        waiting,
        isRepeatable: true,
      });
      return new Response(reply.body).body ?? new Blob().stream();
    } finally {
      pending.settle(waiting);
    }
  };
  return { client, get };
}

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const post = request('POST', '/x', ['Content-Length: 2'], 'hi');
const answerOk = (socket: Socket) => void socket.write(OK);

describe('a connection to an instance', () => {
  test('is used again, by writes too', async () => {
    const { url, seen, requests } = await upstreamWith(answerOk);
    const { port } = gatewayTo(url);
    for (const bytes of [get('/x'), post, request('DELETE', '/x'), get('/x')])
      expect(statusOf(await exchange(port, bytes))).toBe(200);
    expect([seen.length, requests.length]).toEqual([1, 4]);
  });

  test('is not used again once its server has closed it, or has said something unasked', async () => {
    for (const spoil of [
      (socket: Socket) => void socket.end(),
      (socket: Socket) => void socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n'),
    ]) {
      const { url, seen, sockets } = await upstreamWith(answerOk);
      const { port } = gatewayTo(url);
      expect(statusOf(await exchange(port, post))).toBe(200);
      const [first] = seen;
      if (first) spoil(first);
      await until(() => sockets.size === 0, { what: 'the end of the connection' });
      expect(statusOf(await exchange(port, post))).toBe(200);
      expect(seen.length).toBe(2);
    }
  });

  test('is closed after a reply that says so, that says too much, or that came too soon', async () => {
    for (const answer of [
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
      `${OK}${OK}`,
    ]) {
      const { url, sockets } = await upstreamWith((socket) => void socket.write(answer));
      expect(statusOf(await exchange(gatewayTo(url).port, post))).toBe(200);
      await until(() => sockets.size === 0, { what: `an end after ${answer}` });
    }
    const closed = Promise.withResolvers<void>();
    const early = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: (socket) => void socket.write(OK), close: () => closed.resolve() },
    });
    cleanUp.push(() => early.stop(true));
    const { port } = gatewayTo(`http://127.0.0.1:${early.port}`);
    const half =
      'POST /x HTTP/1.1\r\nHost: gw\r\nConnection: close\r\nContent-Length: 99999\r\n\r\n';
    expect(statusOf(await exchange(port, `${half}begin`))).toBe(200);
    await closed.promise;
  });

  test('is known to a stop though it took the place of ones that had waited for too long', async () => {
    const { url } = await upstreamWith((socket, bytes) => {
      if (bytes.startsWith('GET /events')) socket.write(`${EVENTS}2\r\n:\n\r\n`);
      else socket.write(OK);
    });
    const { client, get } = directTo(url);
    await get('/x');
    const later = performance.now() + 60_000;
    const clock = spyOn(performance, 'now').mockReturnValue(later);
    const events = get('/events');
    clock.mockRestore();
    const body = await events;
    client.endEventStreams();
    expect(await new Response(body).text()).toStartWith(':\n');
  });

  test('is closed when its client leaves while TLS has yet to begin', async () => {
    const { url, sockets } = await upstreamWith(() => undefined);
    const { get } = directTo(url.replace('http:', 'https:'));
    const client = new AbortController();
    const reply = get('/x', client.signal).catch(String);
    await until(() => sockets.size === 1, { what: 'the connection' });
    client.abort();
    await reply;
    await until(() => sockets.size === 0, { what: 'the end of the connection' });
  });

  test('is made to a name', async () => {
    const host = whoSaysItsHost('127.0.0.1', 'localhost');
    expect(await (await fetch(`${gatewayTo(`http://${host}`).url}/x`)).text()).toBe(host);
  });

  test.if(hasIpv6)('is made to an IPv6 address, and to a name that leads to one', async () => {
    for (const name of ['[::1]', 'localhost']) {
      const host = whoSaysItsHost('::1', name);
      expect(await (await fetch(`${gatewayTo(`http://${host}`).url}/x`)).text()).toBe(host);
    }
  });

  test('that cannot be made is 503, whether nobody listens or nobody has the name', async () => {
    for (const host of [`127.0.0.1:${await freePort()}`, 'no-such-host.invalid'])
      expect(statusOf(await exchange(gatewayTo(`http://${host}`).port, post))).toBe(503);
  });
});

describe('a body', () => {
  const size = 8_000_000;

  test('of any size comes through byte by byte, both ways and framed either way', async () => {
    const upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch(asked) {
        const body = await asked.bytes();
        const isPlain = asked.headers.has('content-length');
        return new Response(
          isPlain ? body : new Blob([body]).stream().pipeThrough(new TransformStream()),
        );
      },
    });
    cleanUp.push(() => upstream.stop(true));
    const { url } = gatewayTo(upstream.url.origin);
    for (const bytes of [
      new Uint8Array(0),
      randomBytes(100),
      randomBytes(70_000),
      randomBytes(size),
    ]) {
      for (const body of [bytes, new Blob([bytes]).stream().pipeThrough(new TransformStream())]) {
        const reply = await fetch(`${url}/x`, { method: 'POST', body });
        expect(sha(await reply.bytes())).toBe(sha(bytes));
      }
    }
  }, 30_000);

  test('that the client sends no more of ends at the upstream, too', async () => {
    const { url, sockets } = await upstreamWith(() => undefined);
    const { port } = gatewayTo(url);
    const leave = new AbortController();
    let isAsked = false;
    async function* endless() {
      yield 'begin';
      isAsked = true;
      await new Promise(() => undefined);
    }
    const sent = fetch(`http://127.0.0.1:${port}/x`, {
      method: 'POST',
      body: endless(),
      signal: leave.signal,
    }).catch(() => 'left');
    await until(() => isAsked && sockets.size === 1, { what: 'the begin of the upload' });
    leave.abort();
    expect(await sent).toBe('left');
    await until(() => sockets.size === 0, { what: 'the end of the upstream request' });
  });

  test('that the upstream takes slowly is held back, and arrives whole', async () => {
    let taken = 0;
    let isReading = false;
    const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>();
    const upstream = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      async fetch({ body }) {
        isReading = true;
        await mayRead;
        for await (const chunk of body ?? []) taken += chunk.length;
        return new Response(String(taken));
      },
    });
    cleanUp.push(() => upstream.stop(true));
    const sent = fetch(`${gatewayTo(upstream.url.origin).url}/x`, {
      method: 'PUT',
      body: randomBytes(size),
    });
    await until(() => isReading);
    letRead();
    expect(await (await sent).text()).toBe(String(size));
  });
});
