import { connect, createServer, type Socket } from 'node:net';

import type { Balancer } from 'platform/balancer';
import { type Discovery, fixedDiscovery } from 'platform/discovery';
import { silentLog } from 'platform/log';
import { createMetrics } from 'platform/metrics';
import type { Tracer } from 'platform/tracing';

import { assembleGateway } from './assemble.ts';
import type { RoutesMode } from './contract.ts';
import { RouteDefinition, type RouteInput } from './routes.ts';
import { TrustedProxies } from './trusted-proxies.ts';

type RigOptions = {
  readonly routes?: readonly RouteInput[];
  readonly mode?: RoutesMode;
  readonly discovery?: Discovery;
  readonly balancer?: Balancer;
  readonly webDir?: string;
  readonly trusted?: string;
  readonly port?: number;
  /** After which the server ends a connection on which nothing moves. */
  readonly idleTimeoutSeconds?: number;
  readonly requestLimit?: number;
  readonly tracing?: Tracer;
};

/** A gateway with real parts on a port of its own. */
export function startGateway(options: RigOptions = {}) {
  const { routes = [], mode = 'static', discovery = fixedDiscovery({}) } = options;
  const { port = 0, idleTimeoutSeconds: idleTimeout = 20 } = options;
  const gateway = assembleGateway({
    mode,
    discovery,
    ...(options.balancer ? { balancer: options.balancer } : {}),
    fileRoutes: routes.map((route) => RouteDefinition.parse(route)),
    webDir: options.webDir ?? '/nonexistent',
    registryPage: 'http://127.0.0.1:8761/',
    isTrusted: TrustedProxies.parse(options.trusted),
    requestLimit: options.requestLimit,
    log: silentLog,
    metrics: createMetrics(),
    tracing: options.tracing,
  });
  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    idleTimeout,
    development: false,
    fetch: gateway.fetch,
    ...gateway.serverOptions,
  });
  const stop = async () => {
    gateway.endStreams();
    gateway.close();
    await server.stop(true);
  };
  return { ...gateway, port: Number(server.url.port), url: server.url.origin, stop };
}

/** A route that sends everything to one address. */
export const everythingTo = (url: string, filters: RouteInput['filters'] = {}): RouteInput => ({
  id: 'everything',
  match: { path: '/**' },
  upstream: { service: 'some-service', addresses: [url] },
  filters,
});

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** An upstream that shows the exact bytes it got and answers with exact bytes. */
export async function rawUpstream(answer: string | ((socket: Socket, request: string) => void)) {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let bytes = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      bytes += chunk.toString('latin1');
      if (!isComplete(bytes)) return;
      requests.push(bytes);
      const request = bytes;
      bytes = '';
      if (typeof answer === 'string') socket.write(answer, 'latin1');
      else answer(socket, request);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port, url: `http://127.0.0.1:${port}`, requests, sockets, close };
}

/** Sends exact bytes and resolves with all that came back until the other side closed. */
export function exchange(port: number, ...parts: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let bytes = '';
  const socket = connect(port, '127.0.0.1', () => {
    for (const part of parts) socket.write(part, 'latin1');
  });
  socket.setTimeout(30_000, () => socket.destroy(new Error(`No end after: ${bytes}`)));
  socket.on('data', (chunk) => (bytes += chunk.toString('latin1')));
  socket.on('close', () => resolve(bytes));
  socket.on('error', reject);
  return promise;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const upstream = await rawUpstream(OK);
  upstream.close();
  return upstream.port;
}

/** A GET as bytes, after whose reply the connection is closed. */
export const get = (target: string, ...headers: readonly string[]): string =>
  request('GET', target, headers);

export function request(
  method: string,
  target: string,
  headers: readonly string[] = [],
  body = '',
): string {
  const lines = headers.some((header) => /^host:/i.test(header))
    ? headers
    : ['Host: gw', ...headers];
  const close = lines.some((header) => /^connection:/i.test(header)) ? [] : ['Connection: close'];
  return `${method} ${target} HTTP/1.1\r\n${[...lines, ...close].join('\r\n')}\r\n\r\n${body}`;
}

export const statusOf = (reply: string): number => Number(reply.split(' ')[1]);
export const bodyOf = (reply: string): string => reply.slice(reply.indexOf('\r\n\r\n') + 4);

/** All values of a header in raw bytes. */
export const headerOf = (message: string, name: string): string[] =>
  message
    .slice(0, message.indexOf('\r\n\r\n'))
    .split('\r\n')
    .slice(1)
    .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
    .map((line) => line.slice(name.length + 1).trim());

export const targetOf = (message: string): string => message.split(' ')[1] ?? '';

/** A complete request: its head, and of the body what was announced. */
function isComplete(bytes: string): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = headerOf(bytes, 'content-length')[0];
  if (length !== undefined) return bytes.length >= end + 4 + Number(length);
  const isChunked = headerOf(bytes, 'transfer-encoding')[0] === 'chunked';
  return !isChunked || bytes.endsWith('0\r\n\r\n');
}
