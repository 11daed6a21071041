import { afterEach, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';

import { until } from 'platform/testing';

import {
  bodyOf,
  everythingTo,
  exchange,
  get,
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

async function wireTo(answer: Parameters<typeof rawUpstream>[0]) {
  const upstream = await rawUpstream(answer);
  const gateway = startGateway({ routes: [everythingTo(upstream.url)] });
  cleanUp.push(gateway.stop, upstream.close);
  return { upstream, gateway };
}

/** Answers the first request of each connection and hangs up on the second one. */
async function forgetful() {
  const used = new WeakSet<object>();
  return await wireTo((socket) => {
    if (used.has(socket)) return void socket.destroy();
    used.add(socket);
    socket.write(OK);
  });
}

test('a read that meets a connection which the upstream gave up is answered all the same', async () => {
  const { gateway, upstream } = await forgetful();
  for (let n = 0; n < 5; n += 1) {
    expect(statusOf(await exchange(gateway.port, get('/x')))).toBe(200);
  }
  expect(upstream.requests.length).toBeGreaterThan(5);
});

test('a write that meets such a connection is not sent a second time', async () => {
  const { gateway, upstream } = await forgetful();
  expect(statusOf(await exchange(gateway.port, get('/x')))).toBe(200);
  const write = request('POST', '/x', ['Content-Length: 2'], 'hi');
  expect(statusOf(await exchange(gateway.port, write))).toBe(502);
  expect(upstream.requests.filter((bytes) => bytes.startsWith('POST'))).toHaveLength(1);
});

test('a read is not repeated once its reply has begun', async () => {
  const begun = Promise.withResolvers<void>();
  const { gateway, upstream } = await wireTo((socket) => {
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    socket.write('4\r\nhalf\r\n');
    void begun.promise.then(() => socket.end());
  });
  const client = connect(gateway.port, '127.0.0.1', () => client.write(get('/x')));
  let received = '';
  client.on('error', () => undefined);
  client.on('data', (chunk) => {
    received += chunk.toString('latin1');
    begun.resolve();
  });
  await new Promise((resolve) => client.once('close', resolve));
  expect(received).not.toEndWith('0\r\n\r\n');
  expect(upstream.requests).toHaveLength(1);
});

test('an answer that comes before the end of the upload reaches the client', async () => {
  const refused =
    'HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno';
  const upstream = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: { data: (socket) => void socket.end(refused) },
  });
  const gateway = startGateway({ routes: [everythingTo(`http://127.0.0.1:${upstream.port}`)] });
  cleanUp.push(gateway.stop, () => upstream.stop(true));
  const head =
    'POST /x HTTP/1.1\r\nHost: gw\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\n';
  const reply = await exchange(gateway.port, `${head}begin`);
  expect([statusOf(reply), bodyOf(reply)]).toEqual([413, 'no']);
});

test('events that come are passed on at once, each by itself', async () => {
  const said = Promise.withResolvers<(text: string) => void>();
  const { gateway } = await wireTo((socket) => {
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    said.resolve((text) => void socket.write(`${text.length.toString(16)}\r\n${text}\r\n`));
  });
  let received = '';
  const client = connect(gateway.port, '127.0.0.1', () => client.write(get('/x')));
  cleanUp.push(() => client.destroy());
  client.on('data', (chunk) => (received += chunk.toString('latin1')));
  const say = await said.promise;
  for (const text of ['data: one\n\n', 'data: two\n\n']) {
    say(text);
    // The next is said only when this one is there.
    await until(() => received.includes(text), { what: text });
  }
});

test('a quiet stream of events goes on when any other quiet reply is cut off', async () => {
  const ends: { events?: Socket } = {};
  const upstream = await rawUpstream((socket, bytes) => {
    const isEvents = bytes.startsWith('GET /events');
    if (isEvents) ends.events = socket;
    const type = isEvents ? 'text/event-stream' : 'text/plain';
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    socket.write('2\r\n:\n\r\n');
  });
  const routes = [everythingTo(upstream.url)];
  const gateway = startGateway({ routes, idleTimeoutSeconds: 1 });
  cleanUp.push(gateway.stop, upstream.close);

  let received = '';
  let isCut = false;
  const events = connect(gateway.port, '127.0.0.1', () => events.write(get('/events')));
  cleanUp.push(() => events.destroy());
  events.on('data', (chunk) => (received += chunk.toString('latin1')));
  events.on('close', () => (isCut = true));
  await until(() => received.includes(':\n'), { what: 'the begin of the events' });
  // Begun later, and yet over first.
  await exchange(gateway.port, get('/other')).catch(() => '');
  expect(isCut).toBe(false);
  ends.events?.write('d\r\ndata: hello\n\n\r\n');
  await until(() => received.includes('data: hello'), { what: 'the event' });
}, 30_000);

test('no answer to what is wrong leaves the gateway unable to answer the next', async () => {
  const { gateway } = await wireTo((socket, bytes) =>
    bytes.startsWith('GET /bad') ? void socket.destroy() : void socket.write(OK),
  );
  for (const bytes of [
    '\0\0',
    'GET',
    get('/bad'),
    get('//'),
    'POST /x HTTP/1.1\r\nHost: gw\r\n\r\n',
  ]) {
    const client = connect(gateway.port, '127.0.0.1', () => client.end(bytes));
    client.on('error', () => undefined).resume();
    await new Promise((resolve) => client.once('close', resolve));
  }
  expect(statusOf(await exchange(gateway.port, get('/x')))).toBe(200);
});
