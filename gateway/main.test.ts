import { expect, test } from 'bun:test';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { headerOf, OK, rawUpstream } from './test-rig.ts';

const env = { ...process.env, PORT: '0', EUREKA_URL: 'http://127.0.0.1:1/eureka' };

test('a bad route table ends the start with one line that gives the reasons', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const file = join(folder, 'routes.yaml');
  await Bun.write(
    file,
    'routes:\n  - { id: a, match: { path: x }, upstream: "lb://a", colour: red }\n',
  );
  const started = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    env: { ...env, GATEWAY_ROUTES_FILE: file },
    stderr: 'pipe',
  });
  const [code, said] = await Promise.all([started.exited, started.stderr.text()]);
  await rm(folder, { recursive: true });
  expect(code).toBe(1);
  expect(said.trim().split('\n')).toHaveLength(1);
  expect(said).toContain("routes.yaml:2:23 route 'a' match.path: a path starts with /");
  expect(said).toContain("routes.yaml:2:54 route 'a' colour: this key is not known");
});

test('it starts without a registry in static mode and stops in order on SIGTERM', async () => {
  const started = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    env: { ...env, GATEWAY_ROUTES: 'static', CUSTOMER_PORT: '1' },
    stdout: 'pipe',
  });
  let said = '';
  let isAsked = false;
  const decoder = new TextDecoder();
  for await (const chunk of started.stdout) {
    said += decoder.decode(chunk, { stream: true });
    const url = /Listening on \\?"?(http:[\w.:/]+)/.exec(said)?.[1];
    if (url === undefined || isAsked) continue;
    isAsked = true;
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/api/customers`)).status).toBe(503);
    started.kill('SIGTERM');
  }
  expect(await started.exited).toBe(0);
  expect(said).toContain('is not routed');
});

test('of a service in two zones it asks the instances of its own', async () => {
  const near = await rawUpstream('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnear');
  const far = await rawUpstream('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nfar');
  const instances = [instance('a', near.port, 'near'), instance('b', far.port, 'far')];
  using registry = Bun.serve({
    port: 0,
    fetch: ({ url }) =>
      new URL(url).pathname === '/eureka/apps/'
        ? Response.json({ applications: { application: [{ name: 'SHOP', instance: instances }] } })
        : new Response(null, { status: 404 }),
  });
  const started = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    env: { ...env, ZONE: 'near', EUREKA_URL: `${registry.url.origin}/eureka` },
    stdout: 'pipe',
  });
  const output = started.stdout.getReader();
  let said = '';
  while (!said.includes('Listening on'))
    said += new TextDecoder().decode((await output.read()).value);
  const origin = /Listening on \\?"?(http:[\w.:/]+)/.exec(said)?.[1] ?? '';
  const answers = await Promise.all(
    Array.from({ length: 20 }, async () => (await fetch(`${origin}/shop/x`)).text()),
  );
  started.kill();
  await started.exited;
  near.close();
  far.close();
  expect(new Set(answers)).toEqual(new Set(['near']));
});

test('with two files it speaks TLS and HTTP/2, and says so to the services', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Bun.$`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost -keyout ${key} -out ${cert}`.quiet();
  const upstream = await rawUpstream(OK);
  const started = Bun.spawn([process.execPath, join(import.meta.dir, 'main.ts')], {
    env: {
      ...env,
      GATEWAY_ROUTES: 'static',
      CUSTOMER_PORT: String(upstream.port),
      TLS_CERT_FILE: cert,
      TLS_KEY_FILE: key,
    },
    stdout: 'pipe',
  });
  const output = started.stdout.getReader();
  let said = '';
  while (!said.includes('Listening on'))
    said += new TextDecoder().decode((await output.read()).value);
  const origin = /Listening on \\?"?(https:[\w.:/]+)/.exec(said)?.[1] ?? '';
  const session = connectHttp2(origin, { rejectUnauthorized: false });
  const stream = session.request({ ':path': '/api/customers' });
  const [head] = await once(stream, 'response');
  stream.resume();
  await once(stream, 'end');
  session.close();
  started.kill();
  await started.exited;
  upstream.close();
  await rm(folder, { recursive: true });
  expect(head).toMatchObject({ ':status': 200 });
  expect(headerOf(upstream.requests[0] ?? '', 'x-forwarded-proto')).toEqual(['https']);
});

const instance = (id: string, port: number, zone: string) => ({
  instanceId: id,
  hostName: '127.0.0.1',
  app: 'SHOP',
  status: 'UP',
  port: { $: port, '@enabled': 'true' },
  metadata: { zone },
});
