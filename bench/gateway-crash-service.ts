import { appendFileSync } from 'node:fs';

import { silentLog } from 'platform/log';
import { membership } from 'platform/membership';

/**
 * One of the instances that `gateway-crash.ts` kills: `bun gateway-crash-service.ts <registry> <file>`
 * answers after a moment, so that requests are under way, and notes every write in the file as soon
 * as it is there.
 */
const [, , registry = '', file = ''] = process.argv;
const server = Bun.serve({
  hostname: '127.0.0.1',
  port: 0,
  idleTimeout: 120,
  async fetch(request) {
    if (request.method === 'POST') appendFileSync(file, `${await request.text()}\n`);
    await Bun.sleep(2);
    return new Response(String(process.pid));
  },
});
const register = membership({
  service: 'crash-service',
  config: { HOST: '127.0.0.1', EUREKA_URL: [registry], SERVICE_ADDRESSES: {} },
  log: silentLog,
});
register?.(server.port ?? 0).start();
console.log(server.url.origin);
