import { expect, test } from 'bun:test';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildOnce } from './build-once.ts';
import { testFolder } from './testing-folder.ts';

/** A build that writes its input to its output, and counts how often it ran. */
function project(command = 'mkdir -p out && cp ../in.txt out/built.txt && echo x >> ../runs') {
  const root = testFolder();
  mkdirSync(join(root, 'app'));
  const write = (text: string) => writeFileSync(join(root, 'in.txt'), text);
  const read = (file: string) => readFileSync(join(root, file), 'utf8');
  write('first');
  const build = async (signal = new AbortController().signal) => {
    const lines: string[] = [];
    const what = {
      name: 'app',
      command: ['sh', '-c', command],
      cwd: 'app',
      inputs: ['*.txt'],
      output: 'app/out',
    };
    const note = (line: string) => void lines.push(line);
    const run = buildOnce(what, { root, env: process.env, say: () => {}, onLine: note, signal });
    return { run: run.then(() => 'done', String), lines };
  };
  return { root, write, read, build: async () => (await build()).run, attempt: build };
}

test('buildOnce() builds once, and again when an input changed', async () => {
  const { write, read, build } = project();
  await build();
  await build();
  expect(read('runs')).toBe('x\n');
  write('second');
  await build();
  expect(read('app/out/built.txt')).toBe('second');
  expect(read('runs')).toBe('x\nx\n');
});

test('buildOnce() builds again what was taken away', async () => {
  const { root, read, build } = project();
  await build();
  rmSync(join(root, 'app/out'), { recursive: true });
  await build();
  expect(read('app/out/built.txt')).toBe('first');
});

test('buildOnce() shows what a failing build says, and tries again the next time', async () => {
  const { attempt } = project('echo "no such type" >&2; exit 2');
  for (const { run, lines } of [await attempt(), await attempt()]) {
    expect(await run).toContain('app could not be built (code 2)');
    expect(lines).toEqual(['no such type']);
  }
});

test('buildOnce() ends a build that nobody waits for any more', async () => {
  const { attempt } = project('sleep 60');
  const stopping = new AbortController();
  const { run } = await attempt(stopping.signal);
  stopping.abort();
  expect(await run).toContain('app could not be built');
});
