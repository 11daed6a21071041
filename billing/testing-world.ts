import { join } from 'node:path';

import { customers } from 'customer/contract';
import { products } from 'inventory/contract';
import { databaseUrl } from 'platform/database-url';
import { type Discovery, fixedDiscovery } from 'platform/discovery';

import { type Clients, createClients } from './clients.ts';

/** For tests: the services that billing needs, as processes of their own on ports of their own. */
export type World = {
  readonly discovery: Discovery;
  readonly clients: Clients;
  /** The addresses by service name. */
  readonly urls: Readonly<Record<string, string>>;
  /** The processes by service name. */
  readonly processes: Readonly<Record<string, Bun.Subprocess>>;
  stop(): Promise<void>;
};

/** Starts the real customer and inventory services on the test server, without demo data. */
export async function startWorld(): Promise<World> {
  const started = await Promise.all(
    [
      { name: 'customer', service: customers.service },
      { name: 'inventory', service: products.service },
    ].map(async ({ name, service }) => ({ service, ...(await startProcess(name)) })),
  );
  const urls = Object.fromEntries(started.map(({ service, url }) => [service, url]));
  const discovery = fixedDiscovery(
    Object.fromEntries(started.map(({ service, url }) => [service, [url]])),
  );
  return {
    discovery,
    clients: createClients({ discovery }),
    urls,
    processes: Object.fromEntries(started.map(({ service, child }) => [service, child])),
    async stop() {
      for (const { child } of started) child.kill();
      await Promise.all(started.map(({ child }) => child.exited));
    },
  };
}

/** A service started by its `main.ts`, once it says where it listens. */
export async function startProcess(name: string, env: Readonly<Record<string, string>> = {}) {
  const child = Bun.spawn([process.execPath, `${name}/main.ts`], {
    cwd: join(import.meta.dir, '..'),
    env: {
      ...process.env,
      PORT: '0',
      DEMO: 'off',
      DATABASE_URL: testServer(),
      EUREKA_URL: 'http://127.0.0.1:1/eureka',
      REFERRERS: 'none',
      LOG_LEVEL: 'info',
      ...env,
    },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  return { child, url: await listeningUrl(name, child) };
}

/** The PostgreSQL server that tests use. */
export function testServer(): string {
  return databaseUrl('postgres', {
    DATABASE_URL: process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL'],
    DATA_DIR: process.env['DATA_DIR'] ?? '.data',
  });
}

/** Read from its log; what it says later is read too, so that it is never kept waiting. */
async function listeningUrl(
  name: string,
  child: Bun.Subprocess<'ignore', 'pipe', 'inherit'>,
): Promise<string> {
  const found = Promise.withResolvers<string>();
  void (async () => {
    let output = '';
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (process.env['SHOW_LOGS']) process.stderr.write(chunk);
      output = (output + chunk).slice(-20_000);
      const [, url] = /"url":"(http:[^"]+)"/.exec(output) ?? [];
      if (url !== undefined) found.resolve(url);
    }
    found.reject(new Error(`Cannot start '${name}': ${output}`));
  })();
  return found.promise;
}
