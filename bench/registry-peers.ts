import { readFileSync } from 'node:fs';

/**
 * The least that a server can do for the same requests: a bare `Bun.serve` that answers the same
 * bytes. `bun registry-peers.ts` serves renewals (empty 200), registrations (reads the body, 204) and
 * the full fetch, whose buffer it reads from the file that it is given.
 */
const buffer = readFileSync(process.argv[2] ?? '');
const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };

const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  async fetch(request) {
    if (request.method === 'PUT') return new Response(null);
    if (request.method === 'GET') return new Response(buffer, { headers });
    await request.text();
    return new Response(null, { status: 204 });
  },
});
process.stdout.write(`${server.port}\n`);
