import { resolve } from 'node:path';

import { freePort } from './platform/ports.ts';
import { supervise } from './platform/supervisor.ts';
import type { Part } from './platform/system.ts';

// The architecture as code: what runs, on which port, with which database, waiting for what.
// All start together, but for what they wait for; the last in the list stops first.
const services = [
  { name: 'registry', port: 8761, about: 'who is there: status page' },
  { name: 'gateway', port: 8888, about: 'web app, /api, /docs', afterBuild: true },
  { name: 'customer', port: 8081, about: 'customers', database: 'customer' },
  { name: 'inventory', port: 8082, about: 'products and stock', database: 'inventory' },
  { name: 'billing', port: 8083, about: 'invoices', database: 'billing' },
];

/** What the gateway serves, and all that goes into it. */
const web = {
  name: 'web',
  cwd: 'web',
  command: [process.execPath, '--bun', 'ng', 'build'],
  output: 'web/dist',
  inputs: [
    'web/{angular,package}.json',
    'web/tsconfig*.json',
    'web/{src,public}/**/*',
    '{billing,customer,gateway,inventory,registry}/contract.ts',
    'billing/totals.ts',
    'platform/*.ts',
    'bun.lock',
  ],
};

const root = import.meta.dir;
const env = process.env;

try {
  process.exitCode = await start(readFlags(process.argv.slice(2)));
} catch (error) {
  console.error(`Cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

type Flags = { readonly watch: boolean; readonly without: ReadonlySet<string> };

async function start({ watch, without }: Flags): Promise<number> {
  const host = env['HOST'] || '127.0.0.1';
  const chosen = services.filter(({ name }) => !without.has(name));
  const hasWeb = !without.has('web') && (await Bun.file(`${root}/web/angular.json`).exists());
  const parts = await Promise.all(chosen.map(async (service) => partOf(service, host, watch)));
  const system = {
    root,
    host,
    dataDir: resolve(root, env['DATA_DIR'] || '.data'),
    databaseUrl: env['DATABASE_URL'] || undefined,
    parts: watch && hasWeb ? [watchedWeb(), ...parts] : parts,
    build: !watch && hasWeb && !without.has('gateway') ? web : undefined,
    env: environmentOf(parts, host),
  };
  return supervise(system, {
    print: console.log,
    printError: console.error,
    isTerminal: process.stdout.isTTY,
  });
}

async function partOf(service: (typeof services)[number], host: string, watch: boolean) {
  const portVariable = `${service.name.toUpperCase()}_PORT`;
  const reload = watch ? ['--watch', '--no-clear-screen'] : [];
  return {
    ...service,
    command: [process.execPath, ...reload, `${service.name}/main.ts`],
    port: readPort(portVariable, service.port) || (await freePort(host)),
    portVariable,
  };
}

const watchedWeb = (): Part => ({
  name: 'web',
  cwd: `${root}/web`,
  command: [...web.command, '--watch', '--configuration=development'],
  upWhen: /bundle generation complete/,
});

/** What every part is told: where the registry is, and all ports, for who routes by address. */
function environmentOf(parts: readonly Part[], host: string) {
  const registry = parts.find(({ name }) => name === 'registry')?.port ?? 8761;
  const caller = host === '0.0.0.0' ? '127.0.0.1' : host;
  return {
    ...env,
    ...Object.fromEntries(parts.map(({ portVariable, port }) => [portVariable, `${port}`])),
    EUREKA_URL: env['EUREKA_URL'] || `http://${caller}:${registry}/eureka`,
    // Bun sends 256 requests at once and lets the others wait, streams included: too few here.
    BUN_CONFIG_MAX_HTTP_REQUESTS: env['BUN_CONFIG_MAX_HTTP_REQUESTS'] || '2000',
    NG_CLI_ANALYTICS: 'false',
  };
}

function readFlags(words: readonly string[]): Flags {
  const [watch, rest] = [words.includes('--watch'), words.filter((word) => word !== '--watch')];
  const list = /^--without[= ](\S+)$/.exec(rest.join(' '))?.[1];
  if (rest.length > 0 && list === undefined) {
    throw new Error(
      `Unknown '${rest.join(' ')}': there are --watch and --without registry,billing`,
    );
  }
  const without = new Set(list?.split(','));
  const names = [...services.map(({ name }) => name), 'web'];
  const unknown = [...without].find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no part '${unknown}' to leave out: there are ${names.join(', ')}`);
  }
  return { watch, without };
}

function readPort(variable: string, fallback: number): number {
  const port = Number(env[variable] || fallback);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`${variable} must be a port from 0 to 65535 (is '${env[variable]}')`);
}
