import { afterEach, expect, test } from 'bun:test';
import { join } from 'node:path';

import { testFolder } from 'platform/testing-folder';

import { startGatewayProcess } from './test-process.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

/** A server whose certificate is good for `localhost` alone, signed by nobody but itself. */
async function startSecure() {
  const folder = testFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Bun.$`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`.quiet();
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls: { cert: Bun.file(cert), key: Bun.file(key) },
    fetch: async (request) => new Response(`${request.url} ${(await request.bytes()).length}`),
  });
  cleanUp.push(() => server.stop(true));
  return { port: server.port, cert };
}

test('an instance behind TLS is asked only if its certificate is good for its name', async () => {
  const { port, cert } = await startSecure();
  const plain = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  cleanUp.push(() => plain.stop(true));
  const routes = `routes:
  - { id: named, match: { path: /named }, upstream: 'https://localhost:${port}' }
  - { id: other, match: { path: /other }, upstream: 'https://127.0.0.1:${port}' }
  - { id: plain, match: { path: /plain }, upstream: 'https://127.0.0.1:${plain.port}' }
`;
  const trusting = await startGatewayProcess({ routes, env: { NODE_EXTRA_CA_CERTS: cert } });
  const wary = await startGatewayProcess({ routes });
  cleanUp.push(trusting.stop, wary.stop);

  const body = new Uint8Array(1_000_000);
  const good = await fetch(`${trusting.url}/named`, { method: 'POST', body });
  expect(await good.text()).toBe(`https://localhost:${port}/named 1000000`);
  for (const url of [`${trusting.url}/other`, `${trusting.url}/plain`, `${wary.url}/named`])
    expect([url, (await fetch(url)).status]).toEqual([url, 502]);
  expect(trusting.said()).toInclude('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(wary.said()).toInclude('DEPTH_ZERO_SELF_SIGNED_CERT');
}, 30_000);
