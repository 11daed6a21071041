import { resolve } from 'node:path';

import { guarded } from './platform/guard.ts';
import { callableHost, freePort } from './platform/ports.ts';
import { readFlags, readPort, type StartFlags } from './platform/start-flags.ts';
import { buildSystem } from './platform/start-system.ts';
import { supervise } from './platform/supervisor.ts';
import type { Part, System } from './platform/system.ts';
import { services } from './services.ts';

/** What the gateway serves, and all that goes into it. */
const web = {
  name: 'web',
  cwd: 'web',
  // By its file: as a script, Bun would complain of every stop.
  command: [process.execPath, '--bun', 'node_modules/@angular/cli/bin/ng.js', 'build'],
  output: 'web/dist',
  inputs: [
    'web/{angular,package}.json',
    'web/tsconfig*.json',
    'web/{src,public}/**/*',
    '{billing,customer,gateway,inventory,registry}/{,*-}contract.ts',
    'billing/{apportion,currency,decimal,totals}.ts',
    'platform/*.ts',
    'bun.lock',
  ],
};

/** Beside the services when they reload. */
const watchedWeb: Part = {
  name: 'web',
  cwd: web.cwd,
  command: guarded([...web.command, '--watch', '--configuration=development'], 'TERM'),
  upWhen: /bundle generation complete/,
};

const root = import.meta.dir;
const env = process.env;
const host = env['HOST'] || '127.0.0.1';
const output = {
  print: console.log,
  printError: console.error,
  isTerminal: process.stdout.isTTY,
};

try {
  const names = [...services.map(({ name }) => name), 'web'];
  process.exitCode = await start(readFlags(process.argv.slice(2), names));
} catch (error) {
  console.error(`Cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function start({ watch, build, without }: StartFlags): Promise<number> {
  const hasWeb = !without.has('web') && (await Bun.file(`${root}/web/angular.json`).exists());
  const chosen = services.filter(({ name }) => !without.has(name));
  const parts = await Promise.all(chosen.map(async (service) => partOf(service, watch)));
  const system: System = {
    root,
    host,
    dataDir: resolve(root, env['DATA_DIR'] || '.data'),
    databaseUrl: env['DATABASE_URL'] || undefined,
    parts: watch && hasWeb ? [watchedWeb, ...parts] : parts,
    build: !watch && hasWeb && !without.has('gateway') ? web : undefined,
    env: environmentOf(parts, watch),
  };
  if (!build) return supervise(system, output);
  await buildSystem(system, output);
  return 0;
}

async function partOf(service: (typeof services)[number], watch: boolean) {
  const portVariable = `${service.name.toUpperCase()}_PORT`;
  const reload = watch ? ['--watch', '--no-clear-screen'] : [];
  return {
    ...service,
    command: [process.execPath, ...reload, `${service.name}/main.ts`],
    port: readPort(portVariable, env[portVariable], service.port) || (await freePort(host)),
    portVariable,
    isSecure: service.name === 'gateway' && Boolean(env['TLS_CERT_FILE']),
  };
}

/** What every part is told: where the registry is, and all ports, for who routes by address. */
function environmentOf(parts: readonly Part[], watch: boolean): System['env'] {
  const hasRegistry = parts.some(({ name }) => name === 'registry') || env['EUREKA_URL'];
  const registry = parts.find(({ name }) => name === 'registry')?.port ?? 8761;
  const ports = parts.map(({ portVariable, port }) => [portVariable, `${port}`]);
  return {
    ...env,
    ...Object.fromEntries(ports),
    EUREKA_URL: env['EUREKA_URL'] || `http://${callableHost(host)}:${registry}/eureka`,
    ...(hasRegistry ? {} : { SERVICE_ADDRESSES: addressesOf(parts) }),
    // Bun sends 256 requests at once and lets the others wait, streams included: too few here.
    BUN_CONFIG_MAX_HTTP_REQUESTS: env['BUN_CONFIG_MAX_HTTP_REQUESTS'] || '4096',
    // It names one process; the parts have names of their own.
    OTEL_SERVICE_NAME: undefined,
    // A process that reloads has no children.
    ...(watch ? { GATEWAY_WORKERS: '' } : {}),
    NG_CLI_ANALYTICS: 'false',
  };
}

/** Where each service is, or would be, for a system that runs without a registry. */
function addressesOf(parts: readonly Part[]): string {
  return services
    .filter(({ database }) => database !== undefined)
    .map(({ name, port: fallback }) => {
      const variable = `${name.toUpperCase()}_PORT`;
      const port =
        parts.find((part) => part.name === name)?.port ??
        readPort(variable, env[variable], fallback);
      return `${name}-service=http://${callableHost(host)}:${port}`;
    })
    .join(',');
}
