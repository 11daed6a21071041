import { afterEach, expect, test } from 'bun:test';
import type { Socket } from 'node:net';

import { until } from 'platform/testing';

import { startGatewayProcess } from './test-process.ts';
import { rawUpstream } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

const EVENTS =
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n';

test('on SIGTERM it is not ready first, ends streams and WebSockets and finishes what runs', async () => {
  const asked: Socket[] = [];
  const slow = await rawUpstream((socket) => asked.push(socket));
  const echo = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response()),
    websocket: { message: (socket, message) => void socket.send(message) },
  });
  const told = await rawUpstream((socket) => void socket.write(EVENTS));
  const gateway = await startGatewayProcess({
    routes: `routes:
  - { id: told, match: { path: /told }, upstream: '${told.url}' }
  - { id: slow, match: { path: /slow }, upstream: '${slow.url}' }
  - { id: echo, match: { path: /echo }, upstream: '${echo.url.origin}' }
`,
  });
  cleanUp.push(slow.close, told.close, () => echo.stop(true), gateway.stop);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/echo`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
  const events = await fetch(`${gateway.url}/told`);
  const running = fetch(`${gateway.url}/slow`, { keepalive: false });
  await until(() => asked.length === 1);

  const said: (number | 'refused')[] = [];
  const isRefused = async () => {
    const reply = await fetch(`${gateway.url}/health/ready`, { keepalive: false }).catch(
      () => null,
    );
    said.push(reply?.status ?? 'refused');
    return reply === null;
  };
  await isRefused();
  gateway.child.kill('SIGTERM');
  await until(isRefused);
  expect(said.filter((status, n) => status !== said[n - 1])).toEqual([200, 503, 'refused']);
  expect(await closed).toMatchObject({ code: 1001 });
  // It would never end by itself; its reader, who connects again, has it whole.
  expect(await events.text()).toBe(':\n\ndata: 1\n\n');
  // Nobody new is let in, while the one that runs is waited for.
  expect(gateway.child.exitCode).toBeNull();
  asked[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
  const reply = await running;
  expect([reply.status, await reply.text()]).toEqual([200, 'done']);
  expect(await gateway.ended()).toBe(0);
});
