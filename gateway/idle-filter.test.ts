import { afterEach, expect, test } from 'bun:test';
import { connect } from 'node:net';

import { until } from 'platform/testing';

import { startGatewayProcess } from './test-process.ts';
import { everythingTo, exchange, get, rawUpstream, startGateway } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';

/** Long where a reply is to go through: this machine may have other things to do for a while. */
const LONG_MS = 2000;

async function start(answer: Parameters<typeof rawUpstream>[0], idleTimeoutMs = LONG_MS) {
  const upstream = await rawUpstream(answer);
  const gateway = startGateway({ routes: [everythingTo(upstream.url, { idleTimeoutMs })] });
  cleanUp.push(upstream.close, gateway.stop);
  return { upstream, gateway };
}

test('a reply whose body stands still is cut off on both sides', async () => {
  const { upstream, gateway } = await start(`${HEAD}5\r\nhello\r\n`, 100);
  const reply = await fetch(`${gateway.url}/x`);
  const reader = reply.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('hello');
  // It ends with an error: nobody takes it for the whole.
  expect(await reader?.read().catch((error: Error) => error)).toBeInstanceOf(Error);
  await until(() => upstream.sockets.size === 0, { what: 'the end of the upstream connection' });
});

test('a reply that moves goes on for as long as it likes', async () => {
  const { gateway } = await start((socket) => {
    socket.write(HEAD);
    let left = 8;
    const timer = setInterval(() => {
      left -= 1;
      socket.write('1\r\nx\r\n');
      if (left > 0) return;
      clearInterval(timer);
      socket.write('0\r\n\r\n');
    }, LONG_MS / 5);
  });
  const reply = await exchange(gateway.port, get('/x'));
  expect(reply).toEndWith('0\r\n\r\n');
});

test('a client that takes its time is no reason to cut a reply off', async () => {
  const size = 32 * 1_048_576;
  const { upstream, gateway } = await start((socket) => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';
    socket.write(`${head}Content-Length: ${size}\r\n\r\n${'x'.repeat(size)}`);
  });
  const socket = connect(gateway.port, '127.0.0.1', () => socket.write(get('/x')));
  let bytes = 0;
  const paused = Promise.withResolvers<void>();
  socket.on('data', (chunk) => {
    if (bytes === 0) {
      socket.pause();
      paused.resolve();
    }
    bytes += chunk.length;
  });
  await paused.promise;
  // The upstream cannot go on, and more than the limit goes by.
  await Bun.sleep(1.5 * LONG_MS);
  expect(upstream.sockets.size).toBe(1);
  socket.resume();
  await new Promise((resolve) => socket.on('close', resolve));
  expect(bytes).toBeGreaterThan(size);
});

test('a client that leaves ends the upstream request', async () => {
  const { upstream, gateway } = await start((socket) => {
    socket.write(`${HEAD}5\r\nhello\r\n`);
    const timer = setInterval(() => socket.write('1\r\nx\r\n'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const leaving = new AbortController();
  const reply = await fetch(`${gateway.url}/x`, { signal: leaving.signal });
  await reply.body?.getReader().read();
  leaving.abort();
  await until(() => upstream.sockets.size === 0, { what: 'the end of the upstream connection' });
});

test('a reply that is cut off makes no noise', async () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhel';
  const upstream = await rawUpstream(head);
  const gateway = await startGatewayProcess({
    routes: `routes:
  - { id: a, match: { path: /a }, upstream: '${upstream.url}', filters: { totalTimeoutMs: 3000 } }
  - { id: b, match: { path: /b }, upstream: '${upstream.url}', filters: { idleTimeoutMs: 100 } }
`,
  });
  cleanUp.push(upstream.close);
  for (const path of ['/a', '/b']) {
    const reply = await fetch(`${gateway.url}${path}`);
    expect(await reply.text().catch((error: Error) => error)).toBeInstanceOf(Error);
  }
  await gateway.stop();
  expect(
    gateway
      .said()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{')),
  ).toEqual([]);
});
