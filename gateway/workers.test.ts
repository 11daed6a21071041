import { afterEach, expect, test } from 'bun:test';

import { until } from 'platform/testing';

import { UpstreamsView } from './contract.ts';
import { startGatewayProcess } from './test-process.ts';
import { OK, rawUpstream } from './test-rig.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanUp.splice(0).toReversed()) await undo();
});

async function start(
  env: Readonly<Record<string, string>> = {},
  answer: Parameters<typeof rawUpstream>[0] = OK,
) {
  const upstream = await rawUpstream(answer);
  const gateway = await startGatewayProcess({
    env: { GATEWAY_WORKERS: '2', ...env },
    routes: `routes: [{ id: all, match: { path: /x }, upstream: '${upstream.url}' }]`,
  });
  cleanUp.push(upstream.close, gateway.stop);
  /** Which worker answers a connection of its own. */
  const whoAnswers = async () => {
    const reply = await fetch(`${gateway.url}/gateway/upstreams`, { keepalive: false });
    const { worker, workers } = UpstreamsView.parse(await reply.json());
    expect(workers).toBe(2);
    return worker;
  };
  return { ...gateway, upstream, whoAnswers };
}

const childrenOf = (pid: number) =>
  Bun.spawnSync(['ps', '-o', 'pid=', '--ppid', String(pid)])
    .stdout.toString()
    .trim()
    .split(/\s+/)
    .map(Number);

test('both workers answer; when one is killed the other goes on and it is started again', async () => {
  const { child, said, url, whoAnswers } = await start();
  const seen = new Set<number>();
  const bothAnswer = async () => {
    try {
      seen.add(await whoAnswers());
    } catch {
      // A connection that was dealt to the one that was killed.
    }
    return seen.size === 2;
  };
  await until(bothAnswer);
  const before = childrenOf(child.pid);
  expect(before).toHaveLength(2);
  process.kill(before[0] ?? 0, 'SIGKILL');
  await until(() => said().includes('ended with signal SIGKILL'));
  expect((await fetch(`${url}/x`)).status).toBe(200);
  await until(() => said().includes('up again'));
  const after = childrenOf(child.pid);
  expect(after).toHaveLength(2);
  expect(after).not.toContain(before[0]);
  seen.clear();
  await until(bothAnswer);
});

test('the figures of a worker bear its number', async () => {
  const { url } = await start();
  const figures = await (await fetch(`${url}/metrics`)).text();
  expect(figures).toMatch(/process_start_time_seconds\{worker="[12]"\}/);
  await fetch(`${url}/x`);
  await until(async () =>
    /operation="all",method="GET",status="200",worker="[12]"/.test(
      await (await fetch(`${url}/metrics`, { keepalive: false })).text(),
    ),
  );
});

test('a stop drains all workers and leaves nobody', async () => {
  const held: (() => void)[] = [];
  const { child, url, upstream, stop } = await start({}, (socket) => {
    held.push(() => socket.write(OK));
  });
  const asked = Array.from({ length: 8 }, () => fetch(`${url}/x`, { keepalive: false }));
  await until(() => upstream.requests.length === 8);
  const workers = childrenOf(child.pid);
  const stopped = stop();
  for (const answer of held) answer();
  const statuses = (await Promise.all(asked)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await stopped).toBe(0);
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
});

test('nobody survives a parent that is killed', async () => {
  const { child, ended } = await start();
  const workers = childrenOf(child.pid);
  child.kill('SIGKILL');
  await ended();
  await until(() => workers.every((pid) => !isAlive(pid)), { what: 'the end of the workers' });
});

test('all workers are one instance to the registry, which goes when they stop', async () => {
  const seen: string[] = [];
  using registry = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch({ method, url }) {
      const { pathname } = new URL(url);
      if (pathname.startsWith('/eureka/apps/GATEWAY-SERVICE')) seen.push(`${method} ${pathname}`);
      return new Response(null, { status: method === 'POST' ? 204 : 404 });
    },
  });
  const { url, stop } = await start({
    EUREKA_URL: `${registry.url.origin}/eureka`,
    GATEWAY_ROUTES: 'registry',
  });
  const { port } = new URL(url);
  await until(() => seen.length > 0);
  await stop();
  expect(seen.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  expect(seen.at(-1)).toMatch(new RegExp(`^DELETE /eureka/apps/GATEWAY-SERVICE/.*%3A${port}$`));
});

/** What is said where workers do not even start. */
async function refusal(env: Readonly<Record<string, string>>) {
  const started = Bun.spawn([process.execPath, new URL('main.ts', import.meta.url).pathname], {
    env: { ...process.env, PORT: '0', GATEWAY_WORKERS: '2', GATEWAY_ROUTES: 'static', ...env },
    stderr: 'pipe',
  });
  const [code, said] = await Promise.all([started.exited, started.stderr.text()]);
  expect(code).toBe(1);
  return said;
}

test('a port that somebody else has is named in one line', async () => {
  using taken = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() });
  expect(await refusal({ PORT: String(taken.port) })).toBe(
    `Cannot start: 127.0.0.1:${taken.port} is taken. Free the port or choose another with PORT\n`,
  );
});

test.each(['GATEWAY_ROUTES_FILE', 'TLS_CERT_FILE', 'OTEL_EXPORTER_OTLP_ENDPOINT'])(
  'a %s that is wrong is named in one line',
  async (variable) => {
    expect(await refusal({ [variable]: '/nowhere' })).toMatch(/^Cannot start: .+\n$/);
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
