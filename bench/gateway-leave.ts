import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

import { createProcesses } from './gateway-processes.ts';
import { median, writeResults } from './results.ts';

/**
 * How soon the upstream knows that a client has left: from the reset of the client's connection to
 * the end of the upstream's, before the reply has begun and within it.
 */
const TIMES = 50;
const LIMIT_MS = 50;
const BEGIN = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n';

const upstream = createServer();
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const address = upstream.address();
const processes = await createProcesses();
try {
  const port = typeof address === 'object' && address ? address.port : 0;
  const gateway = await processes.gateway({ upstream: `http://127.0.0.1:${port}` });
  const before = await leaveOften(gateway.url, '');
  const within = await leaveOften(gateway.url, `${BEGIN}4\r\nhalf\r\n`);
  const row = (times: readonly number[]) => ({
    times: times.length,
    'median ms': median(times).toFixed(1),
    'worst ms': Math.max(...times).toFixed(1),
    [`within ${LIMIT_MS} ms`]: Math.max(...times) <= LIMIT_MS ? 'yes' : 'NO',
  });
  console.table({ 'before the reply': row(before), 'within the reply': row(within) });
  await writeResults('gateway-leave', { before, within });
} finally {
  upstream.close();
  await processes.stop();
}

async function leaveOften(url: string, answer: string): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < TIMES; n += 1) times.push(await leaveOnce(url, answer));
  return times;
}

async function leaveOnce(url: string, answer: string): Promise<number> {
  const asked = Promise.withResolvers<Socket>();
  upstream.once('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(answer);
      asked.resolve(socket);
    });
  });
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET /api/customers/1 HTTP/1.1\r\nHost: bench\r\n\r\n');
  const socket = await asked.promise;
  if (answer !== '') await once(client, 'data');
  const ended = Promise.withResolvers<void>();
  socket.on('close', () => ended.resolve());
  const startedMs = performance.now();
  client.resetAndDestroy();
  await ended.promise;
  return performance.now() - startedMs;
}
