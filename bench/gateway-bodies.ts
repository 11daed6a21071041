import { connect } from 'node:net';

import { load } from './gateway-load.ts';
import { createProcesses, type Peer } from './gateway-processes.ts';
import { cpuMicrosOf, residentMbOf } from './process-cost.ts';
import { writeResults } from './results.ts';

/**
 * Large bodies both ways, and 64 clients that ask for 8 MB each and do not read: what they cost,
 * what memory they take, and what others notice of them.
 */
const BODY_BYTES = 1_000_000;
const BODIES = 400;
const AT_ONCE = 16;
const SLOW_CLIENTS = 64;
const SLOW_BYTES = 8_000_000;

const processes = await createProcesses();
try {
  const { url: upstream } = await processes.peer('bytes');
  const peers = [await processes.gateway({ upstream }), ...(await processes.installed(upstream))];
  const results = [];
  for (const peer of peers) {
    await transfer(peer, 'download', 50);
    await transfer(peer, 'upload', 50);
    const download = await transfer(peer, 'download', BODIES);
    const upload = await transfer(peer, 'upload', BODIES);
    results.push({ name: peer.name, download, upload, slow: await slowClients(peer) });
  }
  console.table(
    results.map(({ name, download, upload, slow }) => ({
      proxy: name,
      'down MB/s': Math.round(download.mbPerSecond),
      'down ms CPU/MB': download.cpuMsPerMb.toFixed(2),
      'up MB/s': Math.round(upload.mbPerSecond),
      'up ms CPU/MB': upload.cpuMsPerMb.toFixed(2),
      'RSS MB': Math.round(slow.beforeMb),
      [`RSS MB more, ${SLOW_CLIENTS} stalled`]: (slow.stalledMb - slow.beforeMb).toFixed(1),
      'req/s of others': Math.round(slow.requestsPerSecond),
      'MB/s when they read': Math.round(slow.mbPerSecond),
    })),
  );
  await writeResults('gateway-bodies', { bodyBytes: BODY_BYTES, bodies: BODIES, results });
} finally {
  await processes.stop();
}

async function transfer({ url, pid }: Peer, way: 'download' | 'upload', count: number) {
  const body = new Uint8Array(BODY_BYTES);
  const [path, init] =
    way === 'download' ? [`bytes/${BODY_BYTES}`, {}] : ['upload', { method: 'POST', body }];
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const reply = await fetch(`${url}/api/customers/${path}`, init);
      const { byteLength } = await reply.arrayBuffer();
      if (!reply.ok || (way === 'download' && byteLength !== BODY_BYTES))
        throw new Error(`Cannot go on after ${reply.status} with ${byteLength} bytes`);
    }
  };
  const before = cpuMicrosOf(pid);
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const mb = (count * BODY_BYTES) / 1e6;
  return {
    mbPerSecond: mb / ((performance.now() - startedMs) / 1000),
    cpuMsPerMb: (cpuMicrosOf(pid) - before) / 1000 / mb,
  };
}

async function slowClients(peer: Peer) {
  const beforeMb = residentMbOf(peer.pid);
  const path = `/api/customers/bytes/${SLOW_BYTES}`;
  const clients = await Promise.all(
    Array.from({ length: SLOW_CLIENTS }, () => stalledClient(peer.url, path)),
  );
  // What others get meanwhile; by its end all buffers are as full as they get.
  const { requestsPerSecond } = await load({
    url: peer.url,
    path: '/api/customers/1',
    connections: AT_ONCE,
    requests: 20_000,
  });
  const stalledMb = residentMbOf(peer.pid);
  const startedMs = performance.now();
  await Promise.all(clients.map((client) => client.readAll(SLOW_BYTES)));
  const seconds = (performance.now() - startedMs) / 1000;
  return {
    beforeMb,
    stalledMb,
    requestsPerSecond,
    mbPerSecond: (SLOW_CLIENTS * SLOW_BYTES) / 1e6 / seconds,
  };
}

/** Reads the first piece of a reply and then nothing until it is told to. */
async function stalledClient(url: string, path: string) {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n`);
  let received = 0;
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    if (received === 0) socket.pause();
    received += chunk.byteLength;
    began.resolve();
  });
  socket.on('close', () => ended.resolve());
  await began.promise;
  return {
    async readAll(least: number) {
      socket.resume();
      await ended.promise;
      if (received < least) throw new Error(`Cannot go on after ${received} bytes of ${least}`);
    },
  };
}
