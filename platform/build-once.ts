import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { startGroup } from './process-group.ts';

export type Build = {
  readonly name: string;
  readonly command: readonly string[];
  readonly cwd: string;
  /** Globs, from `root`, of all that the result depends on. */
  readonly inputs: readonly string[];
  /** The folder that it writes. */
  readonly output: string;
};

type BuildOptions = {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
};

/** In the output folder: the build's own cleaning of that folder takes it away as well. */
const STAMP = '.inputs';

/** Runs a build unless its output stands there, made from just these inputs. */
export async function buildOnce(build: Build, options: BuildOptions): Promise<void> {
  const { root, env, say, signal } = options;
  const stamp = join(root, build.output, STAMP);
  const inputs = await hashOf(build, root);
  if (existsSync(stamp) && (await Bun.file(stamp).text()) === inputs) return;
  say(`${build.name}: building, which takes a while the first time`);
  const startedAt = performance.now();
  const lines: string[] = [];
  const group = startGroup({
    command: build.command,
    cwd: join(root, build.cwd),
    env,
    onLine: (line) => void lines.push(line),
  });
  const cancel = () => void group.stop('SIGTERM', 1000);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  const end = await group.ended;
  signal.removeEventListener('abort', cancel);
  if (end !== 'code 0') {
    for (const line of lines) options.onLine(line);
    throw new Error(`${build.name} could not be built (${end}): correct what its lines above say`);
  }
  await mkdir(join(root, build.output), { recursive: true });
  await Bun.write(stamp, inputs);
  say(`${build.name}: built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

async function hashOf({ command, inputs }: Build, root: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256').update(command.slice(1).join(' '));
  const found = inputs.flatMap((pattern) => [...new Bun.Glob(pattern).scanSync({ cwd: root })]);
  for (const file of [...new Set(found)].toSorted()) {
    hasher.update(`\0${file}\0`).update(await Bun.file(join(root, file)).bytes());
  }
  return hasher.digest('hex');
}
