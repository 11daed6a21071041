import { afterEach, expect, test } from 'bun:test';
import type { Socket } from 'node:net';

import { until } from 'platform/testing';

import { startGatewayProcess } from './test-process.ts';
import { rawUpstream } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

test('on SIGTERM it is not ready first, says goodbye to WebSockets and finishes what runs', async () => {
  const asked: Socket[] = [];
  const slow = await rawUpstream((socket) => asked.push(socket));
  const echo = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response()),
    websocket: { message: (socket, message) => void socket.send(message) },
  });
  const gateway = await startGatewayProcess({
    routes: `routes:
  - { id: slow, match: { path: /slow }, upstream: '${slow.url}' }
  - { id: echo, match: { path: /echo }, upstream: '${echo.url.origin}' }
`,
  });
  cleanUp.push(slow.close, () => echo.stop(true), gateway.stop);
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/echo`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve));
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
  // Nobody new is let in, while the one that runs is waited for.
  expect(gateway.child.exitCode).toBeNull();
  asked[0]?.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone');
  const reply = await running;
  expect([reply.status, await reply.text()]).toEqual([200, 'done']);
  expect(await gateway.ended()).toBe(0);
});
