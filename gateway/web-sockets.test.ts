import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect as openSocket } from 'node:net';

import { type Balancer, createBalancer } from 'platform/balancer';
import { fixedDiscovery } from 'platform/discovery';
import { until } from 'platform/testing';

import {
  bodyOf,
  everythingTo,
  exchange,
  freePort,
  rawUpstream,
  request,
  startGateway,
  statusOf,
} from './test-rig.ts';

const HANDSHAKE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

const DENIED = 'HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n';

type Seen = { headers: Headers; path: string };
let seen: Seen[] = [];
let closes: [number, string][] = [];
let upstream: Bun.Server<undefined>;
let gateway: ReturnType<typeof startGateway>;

beforeAll(() => {
  upstream = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request, server) {
      const { pathname, search } = new URL(request.url);
      seen.push({ headers: request.headers, path: pathname + search });
      if (pathname === '/secret') return new Response('no', { status: 401 });
      const headers = request.headers.has('sec-websocket-protocol')
        ? { 'sec-websocket-protocol': 'second' }
        : {};
      return server.upgrade(request, { headers, data: undefined })
        ? undefined
        : new Response('no WebSocket', { status: 400 });
    },
    websocket: {
      open: (socket) => void socket.send('welcome'),
      message(socket, message) {
        if (message === 'bye') socket.close(4401, 'not you');
        else if (message === 'flood')
          for (let n = 0; n < 64; n += 1) socket.send(new Uint8Array(1_048_576));
        else socket.send(message);
      },
      close: (_socket, code, reason) => void closes.push([code, reason]),
    },
  });
  gateway = startGateway({ routes: [everythingTo(upstream.url.origin)] });
});
afterAll(async () => {
  await gateway.stop();
  await upstream.stop(true);
});

function connect(path: string, protocols: string[] = [], { url } = gateway) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, protocols);
  socket.binaryType = 'arraybuffer';
  const messages: unknown[] = [];
  const closed = Promise.withResolvers<CloseEvent>();
  socket.addEventListener('message', ({ data }) => messages.push(data));
  socket.addEventListener('close', closed.resolve);
  return { socket, messages, closed: closed.promise };
}

test('text and bytes go both ways, from the first word of the upstream on', async () => {
  const { socket, messages } = connect('/chat?room=1');
  await until(() => messages.length === 1);
  socket.send('hello');
  socket.send(new Uint8Array([1, 2, 3]));
  await until(() => messages.length === 3);
  expect(messages).toEqual(['welcome', 'hello', new Uint8Array([1, 2, 3]).buffer]);
  expect(seen.at(-1)?.path).toBe('/chat?room=1');
  expect(seen.at(-1)?.headers.get('x-forwarded-for')).toBe('127.0.0.1');
  expect(seen.at(-1)?.headers.get('via')).toStartWith('1.1 comptoir-');
  socket.close();
});

test('the sub-protocol is the one that the upstream chose', async () => {
  const { socket, messages } = connect('/chat', ['first', 'second']);
  await until(() => messages.length === 1);
  expect(seen.at(-1)?.headers.get('sec-websocket-protocol')).toContain('first');
  expect(socket.protocol).toBe('second');
  socket.close();
});

test.each(['a, a', 'a b', '"a"'])(
  'sub-protocols like %j are none: 400, and nobody is asked',
  async (offered) => {
    const headers = [...HANDSHAKE, `Sec-WebSocket-Protocol: ${offered}`];
    const counted = seen.length;
    const reply = await exchange(
      gateway.port,
      request('GET', '/chat', [...headers, 'Connection: close']),
    );
    expect(statusOf(reply)).toBe(400);
    expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/bad-upgrade' });
    expect(seen.length).toBe(counted);
  },
);

test('code and reason of a close reach the other side, whoever closes', async () => {
  const left = connect('/chat');
  await until(() => left.messages.length === 1);
  left.socket.send('bye');
  expect(await left.closed).toMatchObject({ code: 4401, reason: 'not you' });
  closes = [];
  const right = connect('/chat');
  await until(() => right.messages.length === 1);
  right.socket.close(4000, 'had enough');
  expect(await until(() => closes[0])).toEqual([4000, 'had enough']);
});

test('an upstream that refuses is heard before the client is told yes', async () => {
  const headers = HANDSHAKE.filter((header) => !header.startsWith('Connection'));
  const bytes = request('GET', '/secret', [...headers, 'Connection: upgrade, close']);
  const reply = await exchange(gateway.port, bytes);
  expect(statusOf(reply)).toBe(401);
  expect(JSON.parse(bodyOf(reply))).toMatchObject({ type: '/problems/upgrade-refused' });
});

test('an instance that is not there is passed over', async () => {
  const discovery = fixedDiscovery({
    chat: [`http://127.0.0.1:${await freePort()}`, upstream.url.origin],
  });
  const balanced = startGateway({ mode: 'registry', discovery });
  for (let n = 0; n < 6; n += 1) {
    const { socket, messages } = connect('/chat/room', [], balanced);
    await until(() => messages.length === 1);
    socket.close();
  }
  await balanced.stop();
});

test('what is asked for is the same at the next instance', async () => {
  const addresses = [`http://127.0.0.1:${await freePort()}`, upstream.url.origin];
  const toBoth = { service: 'chat', addresses, balance: 'roundRobin' } as const;
  const route = { ...everythingTo(upstream.url.origin), upstream: toBoth };
  const balanced = startGateway({ routes: [route] });
  for (let n = 0; n < 2; n += 1) {
    const { socket, messages } = connect('/chat', ['first', 'second'], balanced);
    await until(() => messages.length === 1);
    expect(socket.protocol).toBe('second');
    socket.close();
  }
  await balanced.stop();
});

test('a route changes headers and keeps the host as with any other request', async () => {
  const filters = {
    preserveHost: true,
    requestHeaders: { set: { 'x-room': 'red' }, remove: ['origin'] },
  };
  const changing = startGateway({ routes: [everythingTo(upstream.url.origin, filters)] });
  const { socket, messages } = connect('/chat', [], changing);
  await until(() => messages.length === 1);
  const headers = seen.at(-1)?.headers;
  expect([headers?.get('x-room'), headers?.get('host')]).toEqual([
    'red',
    new URL(changing.url).host,
  ]);
  socket.close();
  await changing.stop();
});

test('an instance that answers no handshake as it should counts as failing', async () => {
  const outcomes: string[] = [];
  const own = createBalancer();
  const balancer: Balancer = {
    ...own,
    pick(...asked) {
      const pick = own.pick(...asked);
      return pick && { ...pick, done: (outcome) => void outcomes.push(outcome) };
    },
  };
  const answers = ['SSH-2.0\r\n\r\n', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n', DENIED];
  const odd = await rawUpstream((socket) => void socket.write(answers.shift() ?? DENIED));
  const watched = startGateway({ routes: [everythingTo(odd.url)], balancer });
  for (let n = 0; n < 3; n += 1) await connect('/chat', [], watched).closed;
  expect(outcomes).toEqual(['failed', 'failed', 'success']);
  await watched.stop();
  odd.close();
});

test('a client that leaves before the upstream has answered ends the handshake', async () => {
  const silent = await rawUpstream(() => undefined);
  const waiting = startGateway({ routes: [everythingTo(silent.url)] });
  const client = openSocket(waiting.port, '127.0.0.1', () =>
    client.write(request('GET', '/chat', HANDSHAKE)),
  );
  client.on('error', () => undefined);
  await until(() => silent.requests.length === 1, { what: 'the handshake' });
  client.destroy();
  await until(() => silent.sockets.size === 0, { what: 'the end of the connection' });
  await waiting.stop();
  silent.close();
});

test('a client that does not read is given up before its backlog fills the memory', async () => {
  closes = [];
  const client = openSocket(gateway.port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write(request('GET', '/chat', HANDSHAKE));
  await new Promise((resolve) => client.once('data', resolve));
  client.pause();
  const mask = [0, 0, 0, 0];
  client.write(Buffer.from([0x81, 0x80 | 5, ...mask, ...Buffer.from('flood')]));
  await until(() => closes.length > 0, { what: 'the end of the upstream side' });
  client.destroy();
});

test('stopping says goodbye with 1001', async () => {
  const stopping = startGateway({ routes: [everythingTo(upstream.url.origin)] });
  const { messages, closed } = connect('/chat', [], stopping);
  await until(() => messages.length === 1);
  stopping.endStreams();
  expect(await closed).toMatchObject({ code: 1001 });
  await stopping.stop();
});
