import { Hono } from 'hono';
import { proxy } from 'hono/proxy';

/**
 * What the gateway is measured against, one process each: `bun gateway-peers.ts <name> <upstream>`
 * prints its address. All get requests below `/api`, which they take off.
 */
const [, , name = '', upstream = ''] = process.argv;

const HOP_BY_HOP = ['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

function pathOf(request: Request): string {
  return request.url.slice(request.url.indexOf('/', 8) + '/api'.length);
}

/** The least that is correct: headers copied, nothing followed or decoded, abort and body passed. */
async function smallest(request: Request): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of HOP_BY_HOP) headers.delete(name);
  headers.delete('host');
  const reply = await fetch(upstream + pathOf(request), {
    method: request.method,
    headers,
    body: request.body,
    redirect: 'manual',
    decompress: false,
    signal: request.signal,
  });
  const replyHeaders = new Headers(reply.headers);
  for (const name of HOP_BY_HOP) replyHeaders.delete(name);
  return new Response(reply.body, { status: reply.status, headers: replyHeaders });
}

const hono = new Hono().all('/api/*', (c) =>
  proxy(upstream + pathOf(c.req.raw), { raw: c.req.raw }),
);

/** `/bytes/{n}` gives so many; what is sent is read to its end and counted. `/slow` takes 5 ms. */
async function bytes(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method === 'POST') {
    let length = 0;
    for await (const chunk of request.body ?? []) length += chunk.byteLength;
    return new Response(String(length));
  }
  if (pathname.endsWith('/slow')) await Bun.sleep(5);
  const size = Number(/\/bytes\/(\d+)$/.exec(pathname)?.[1] ?? 2);
  return new Response(MANY_BYTES.subarray(0, size), { headers: { 'content-type': 'text/plain' } });
}
const MANY_BYTES = new Uint8Array(8_000_000).fill(120);

const BODY = JSON.stringify({
  id: 1,
  name: 'Menuiserie Dubois',
  city: 'Lyon',
  note: 'x'.repeat(110),
});
const HEADERS = { 'content-type': 'application/json', etag: '"1"', 'cache-control': 'no-cache' };

const handlers: Record<string, (request: Request) => Response | Promise<Response>> = {
  upstream: () => new Response(BODY, { headers: HEADERS }),
  bytes,
  bare: (request) => fetch(upstream + pathOf(request)),
  smallest,
  hono: (request) => hono.fetch(request),
};

const handler = handlers[name];
if (!handler) throw new Error(`Cannot start '${name}': there is no such peer`);
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 120, fetch: handler });
console.log(server.url.origin);
