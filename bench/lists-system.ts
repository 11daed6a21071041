import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from 'platform/ports';

/** How much there is in a system whose lists are measured. */
export type Size = {
  readonly customers: number;
  readonly products: number;
  readonly invoices: number;
};

export type ListsSystem = { readonly api: string; readonly stop: () => Promise<void> };

const root = join(import.meta.dir, '..');

/** The whole system on a seeded database of that size, which is made once and kept in `folder`. */
export async function startSeededSystem(folder: string, size: Size): Promise<ListsSystem> {
  const dataDir = join(folder, `lists-${size.invoices}`);
  await mkdir(dataDir, { recursive: true });
  await chmod(folder, 0o755); // A database server that root starts runs as another user.
  if (!(await Bun.file(join(dataDir, 'seeded')).exists())) await seed(dataDir, size);
  const gateway = await freePort('127.0.0.1');
  const names = ['REGISTRY_PORT', 'CUSTOMER_PORT', 'INVENTORY_PORT', 'BILLING_PORT'];
  const ports = Object.fromEntries(names.map((name) => [name, '0']));
  const child = Bun.spawn([process.execPath, 'stack.ts', '--without', 'web'], {
    cwd: root,
    env: {
      ...process.env,
      ...ports,
      GATEWAY_PORT: String(gateway),
      DATABASE_URL: '',
      DATA_DIR: dataDir,
      DEMO: 'off',
      LOG_LEVEL: 'warn',
    },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  await untilReady(child);
  return {
    api: `http://127.0.0.1:${gateway}/api`,
    async stop() {
      child.kill('SIGTERM');
      await child.exited;
    },
  };
}

async function seed(dataDir: string, { customers, products, invoices }: Size): Promise<void> {
  const counts = { customers, products, invoices };
  const words = Object.entries(counts).flatMap(([name, count]) => [`--${name}`, String(count)]);
  const child = Bun.spawn([process.execPath, 'seed.ts', '--replace', ...words], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: '', DATA_DIR: dataDir },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if ((await child.exited) !== 0) throw new Error('The data could not be made');
  await Bun.write(join(dataDir, 'seeded'), '');
}

async function untilReady(child: Bun.Subprocess<'ignore', 'pipe', 'inherit'>): Promise<void> {
  const ready = Promise.withResolvers<void>();
  void (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (/\bready\b/.test(text)) ready.resolve();
    }
    ready.reject(new Error('The system did not start'));
  })();
  await ready.promise;
}
