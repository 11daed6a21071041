import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import manifest from './package.json';

/** Its `platform` is the packed one, whose own dependencies are found further up. */
const folder = join(import.meta.dir, 'node_modules', `.readme-${process.pid}`);
const children: Bun.Subprocess[] = [];

beforeAll(async () => {
  await mkdir(join(folder, 'node_modules'), { recursive: true });
  await run(process.execPath, 'pm', 'pack', '--quiet', '--destination', folder);
  await run('tar', '-xzf', join(folder, `platform-${manifest.version}.tgz`), '-C', folder);
  await rename(join(folder, 'package'), join(folder, 'node_modules', 'platform'));
  const readme = await Bun.file(join(import.meta.dir, 'README.md')).text();
  for (const [, name = '', code = ''] of readme.matchAll(/```ts\n\/\/ ([\w.]+)\n([\s\S]*?)```/g))
    await Bun.write(join(folder, name), code);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ exited }) => exited));
  await rm(folder, { recursive: true });
});

test('the contract, the service and the client of the README find each other and work', async () => {
  const registry = start(join(import.meta.dir, '..', 'registry', 'main.ts'));
  const EUREKA_URL = `${await registry.said(/"url":"(http:[^"]+)"/)}/eureka`;
  const service = start(join(folder, 'service.ts'), { EUREKA_URL });
  await service.said(/(Registered as)/);
  const client = start(join(folder, 'client.ts'), { EUREKA_URL });
  await client.said(/(\/problems\/[\w-]+)/);
  expect(client.output()).toBe('Oak 200 1\nadded Oak\nget /problems/not-found\n');
});

test('the code of the README has the right types', async () => {
  const files = ['shelves.ts', 'service.ts', 'client.ts'];
  const config = { extends: '../../../tsconfig.json', files, exclude: [] };
  await Bun.write(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const check = Bun.spawn([process.execPath, 'check', '-p', folder], { stderr: 'pipe' });
  expect(await check.stderr.text()).toContain('No type errors');
  expect(await check.exited).toBe(0);
});

async function run(...command: [string, ...string[]]): Promise<void> {
  const child = Bun.spawn(command, { cwd: import.meta.dir, stdout: 'ignore', stderr: 'inherit' });
  expect(await child.exited).toBe(0);
}

function start(file: string, env: Record<string, string> = {}) {
  const child = Bun.spawn([process.execPath, file], {
    env: { ...Bun.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info', ...env },
    stdout: 'pipe',
    stderr: 'inherit',
  });
  children.push(child);
  let output = '';
  const waiting: (() => void)[] = [];
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      output += decoder.decode(chunk, { stream: true });
      for (const look of waiting) look();
    }
  })();
  return {
    output: () => output,
    /** The first group of the pattern, once it stands in the output. */
    said(pattern: RegExp): Promise<string> {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const look = () => {
        const found = pattern.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      };
      waiting.push(look);
      look();
      void child.exited.then(() => reject(new Error(`${file} ended: ${output}`)));
      return promise;
    },
  };
}
