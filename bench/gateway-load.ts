import type { Socket } from 'bun';

type Load = {
  readonly url: string;
  readonly path: string;
  readonly connections: number;
  readonly requests: number;
};
export type LoadResult = {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/**
 * Asks over as many connections as said, each with one request at a time, until all requests are
 * answered. Any status but 200 is an error: a proxy that refuses would be quick for nothing.
 */
export async function load({ url, path, connections, requests }: Load): Promise<LoadResult> {
  const { hostname, port, host } = new URL(url);
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\nUser-Agent: bench\r\n\r\n`;
  const latenciesMs: number[] = [];
  const finished = Promise.withResolvers<void>();
  let unsent = requests;
  let startedMs = performance.now();

  type State = { received: string; sentMs: number };
  const send = (socket: Socket<State>) => {
    if (unsent === 0) return void socket.end();
    unsent -= 1;
    socket.data.sentMs = performance.now();
    socket.write(request);
  };
  const take = (socket: Socket<State>, bytes: Buffer) => {
    socket.data.received += bytes.toString('latin1');
    if (!isWhole(socket.data.received)) return;
    if (!socket.data.received.startsWith('HTTP/1.1 200'))
      return finished.reject(new Error(`Cannot go on after ${socket.data.received}`));
    socket.data.received = '';
    latenciesMs.push(performance.now() - socket.data.sentMs);
    if (latenciesMs.length === requests) finished.resolve();
    send(socket);
  };
  const sockets = await Promise.all(
    Array.from({ length: connections }, () =>
      Bun.connect<State>({
        hostname,
        port: Number(port),
        data: { received: '', sentMs: 0 },
        socket: { data: take },
      }),
    ),
  );
  startedMs = performance.now();
  for (const socket of sockets) send(socket);
  await finished.promise;
  const seconds = (performance.now() - startedMs) / 1000;
  for (const socket of sockets) socket.end();
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? Number.NaN;
  return { requestsPerSecond: requests / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
  if (length === undefined) return received.endsWith('\r\n0\r\n\r\n');
  return received.length >= end + 4 + Number(length);
}
