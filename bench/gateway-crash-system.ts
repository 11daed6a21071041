import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from 'platform/ports';

import { answers } from './answers.ts';

type Instance = { readonly child: Bun.Subprocess; readonly url: string; readonly file: string };

/** A registry, and instances of one service that announce themselves to it. */
export async function createCrashSystem() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-crash-'));
  const running: Bun.Subprocess[] = [];
  const registry = await startRegistry(folder, running);
  return {
    folder,
    registry,
    start: (): Promise<Instance> => startInstance({ folder, registry, running }),
    async stop(): Promise<void> {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all(running.map((child) => child.exited));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Until it answers a request, too. */
export async function seen(url: string, { child }: Instance): Promise<void> {
  for (;;) {
    const reply = await fetch(url);
    if ((await reply.text()) === String(child.pid)) return;
  }
}

/** The bodies that an instance got, each as often as it came. */
export async function notesOf({ file }: Instance): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

async function startRegistry(folder: string, running: Bun.Subprocess[]): Promise<string> {
  const port = await freePort('127.0.0.1');
  const child = Bun.spawn([process.execPath, join(import.meta.dir, '../registry/main.ts')], {
    stdout: 'ignore',
    env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'registry') },
  });
  running.push(child);
  await answers(`http://127.0.0.1:${port}/health/ready`);
  return `http://127.0.0.1:${port}/eureka`;
}

async function startInstance({
  folder,
  registry,
  running,
}: {
  readonly folder: string;
  readonly registry: string;
  readonly running: Bun.Subprocess[];
}): Promise<Instance> {
  const file = join(folder, `writes-${running.length}`);
  const program = join(import.meta.dir, 'gateway-crash-service.ts');
  const child = Bun.spawn([process.execPath, program, registry, file], { stdout: 'pipe' });
  running.push(child);
  const { value } = await child.stdout.getReader().read();
  return { child, file, url: new TextDecoder().decode(value).trim() };
}
