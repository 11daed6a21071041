import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { freePort } from './free-port.ts';

export type Mode = 'registry' | 'static';
type Part = 'registry' | 'gateway' | 'customer' | 'inventory' | 'billing';

export type System = {
  /** Where a browser finds the web app. */
  readonly gateway: string;
  readonly registry: string;
  /** Starts one more instance of a service, or one that was left out, and waits until it is ready. */
  launch(
    part: 'customer' | 'inventory' | 'billing',
    options?: { port?: number },
  ): Promise<Instance>;
  readonly ports: Readonly<Record<Part, number>>;
  stop(): Promise<void>;
};
type StartOptions = {
  readonly without?: readonly Part[];
  readonly env?: Readonly<Record<string, string>>;
};
export type Instance = {
  readonly url: string;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

const ROOT = resolve(import.meta.dirname, '..');

/**
 * The whole system as a newcomer starts it, with `bun run start`, on ports and data of its own.
 */
export async function startSystem(
  mode: Mode,
  { without = [], env: own = {} }: StartOptions = {},
): Promise<System> {
  const dataDir = await mkdtemp(join(tmpdir(), 'comptoir-e2e-'));
  await chmod(dataDir, 0o755); // A database server that root starts runs as another user.
  const ports = {
    registry: await freePort(),
    gateway: await freePort(),
    customer: await freePort(),
    inventory: await freePort(),
    billing: await freePort(),
  };
  const env = {
    ...process.env,
    DATA_DIR: dataDir,
    GATEWAY_ROUTES: mode,
    EUREKA_URL: '',
    REGISTRY_PORT: String(ports.registry),
    GATEWAY_PORT: String(ports.gateway),
    CUSTOMER_PORT: String(ports.customer),
    INVENTORY_PORT: String(ports.inventory),
    BILLING_PORT: String(ports.billing),
    LOG_LEVEL: 'warning',
    ...own,
  };
  // Nobody asks a registry in static mode, so none is started.
  const leftOut = [...without, ...(mode === 'static' ? ['registry'] : [])];
  const flags = leftOut.length > 0 ? ['--without', leftOut.join(',')] : [];
  const system = run(['run', 'start', ...flags], env);
  await system.says(/^ready$/m);

  return {
    gateway: `http://127.0.0.1:${ports.gateway}`,
    registry: `http://127.0.0.1:${ports.registry}`,
    ports,
    async launch(part, { port = 0 } = {}) {
      const instance = run([`${part}/main.ts`], {
        ...env,
        ...(mode === 'registry'
          ? { EUREKA_URL: `http://127.0.0.1:${ports.registry}/eureka` }
          : { SERVICE_ADDRESSES: `${part}-service=http://127.0.0.1:${port}` }),
        PORT: String(port),
        LOG_LEVEL: 'info',
      });
      const [, url = ''] = await instance.says(/Listening on "?(http:\/\/[\d.:]+)/);
      return { url, stop: instance.stop };
    },
    async stop() {
      await system.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function run(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: ROOT,
    env,
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) void collect(stream);

  async function collect(stream: ReadableStream<Uint8Array>) {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      output += decoder.decode(chunk, { stream: true });
      for (const listener of listeners) listener();
    }
  }

  return {
    /** Waits until the output matches; throws with the whole output when the process ends before. */
    says(pattern: RegExp): Promise<RegExpExecArray> {
      const { promise, resolve: found, reject } = Promise.withResolvers<RegExpExecArray>();
      const look = () => {
        const match = pattern.exec(output);
        if (match) found(match);
      };
      listeners.add(look);
      look();
      void child.exited.then((code) =>
        reject(new Error(`Ended with ${code} before ready:\n${output}`)),
      );
      return promise.finally(() => listeners.delete(look));
    },
    stop: async (signal: NodeJS.Signals = 'SIGTERM') => {
      child.kill(signal);
      await child.exited;
    },
  };
}
