import { afterEach, expect, test } from 'bun:test';

import { until } from 'platform/testing';

import { everythingTo, exchange, get, rawUpstream, startGateway } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';

async function start(answer: Parameters<typeof rawUpstream>[0]) {
  const upstream = await rawUpstream(answer);
  const gateway = startGateway({ routes: [everythingTo(upstream.url, { idleTimeoutMs: 100 })] });
  cleanUp.push(upstream.close, gateway.stop);
  return { upstream, gateway };
}

test('a reply whose body stands still is cut off on both sides', async () => {
  const { upstream, gateway } = await start(`${HEAD}5\r\nhello\r\n`);
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
    }, 40);
  });
  const reply = await exchange(gateway.port, get('/x'));
  expect(reply).toEndWith('0\r\n\r\n');
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
