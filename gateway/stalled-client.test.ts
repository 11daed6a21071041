import { afterEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

import { until } from 'platform/testing';

import { startGatewayProcess } from './test-process.ts';
import { get } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0)) await undo();
});

const MB = 1_000_000;
const TOTAL = 300 * MB;
const MOST_MORE_MB = 20;

/** Sends 300 MB as fast as they are taken. */
async function largeUpstream() {
  const piece = Buffer.alloc(64 * 1024, 120);
  const sent = { bytes: 0 };
  const write = (socket: Socket) => {
    while (sent.bytes < TOTAL) {
      const next = piece.subarray(0, Math.min(piece.length, TOTAL - sent.bytes));
      sent.bytes += next.length;
      if (!socket.write(next)) return void socket.once('drain', () => write(socket));
    }
  };
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${TOTAL}\r\n\r\n`,
      );
      write(socket);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  cleanUp.push(() => server.close());
  const address = server.address();
  return { sent, port: typeof address === 'object' && address ? address.port : 0 };
}

const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1000;

test('300 MB to a client that stops reading take no more than 20 MB of memory', async () => {
  const upstream = await largeUpstream();
  const gateway = await startGatewayProcess({
    routes: JSON.stringify({
      routes: [
        { id: 'all', match: { path: '/**' }, upstream: `http://127.0.0.1:${upstream.port}` },
      ],
    }),
  });
  cleanUp.push(gateway.stop);
  const beforeMb = residentMb(gateway.child.pid);

  let received = 0;
  const client = connect(gateway.port, '127.0.0.1', () => client.write(get('/x')));
  client.on('data', (chunk: Buffer) => {
    if (received === 0) client.pause();
    received += chunk.byteLength;
  });
  // All buffers between the two are full once the upstream gets nothing off any more.
  let lastSeen = 0;
  await until(
    () => {
      const isStill = received > 0 && upstream.sent.bytes === lastSeen;
      lastSeen = upstream.sent.bytes;
      return isStill;
    },
    { what: 'an upstream that is held back' },
  );
  expect(upstream.sent.bytes).toBeLessThan(TOTAL / 4);
  expect(residentMb(gateway.child.pid) - beforeMb).toBeLessThan(MOST_MORE_MB);

  client.resume();
  await new Promise((resolve) => client.once('close', resolve));
  expect(received).toBeGreaterThan(TOTAL);
  expect(residentMb(gateway.child.pid) - beforeMb).toBeLessThan(MOST_MORE_MB);
}, 30_000);
