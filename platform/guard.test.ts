import { expect, test } from 'bun:test';

import { guarded } from './guard.ts';
import { startGroup } from './process-group.ts';
import { readProcess } from './process-info.ts';
import { until } from './testing.ts';

const PROGRAM = `trap 'echo ends; exit 7' TERM INT; sleep 60 & echo $$ $!; wait`;

test('guarded() passes on the signal and the exit code', async () => {
  const lines: string[] = [];
  const group = startGroup({
    command: guarded(['sh', '-c', PROGRAM], 'TERM'),
    env: process.env,
    onLine: (line) => void lines.push(line),
  });
  await until(() => lines.length === 1);
  await group.stop('SIGTERM', 10_000);
  expect(await group.ended).toBe('code 7');
  expect(lines[1]).toBe('ends');
});

test('guarded() has nothing to add when a program ends by the signal that it was sent', async () => {
  const lines: string[] = [];
  const group = startGroup({
    command: guarded(['sh', '-c', 'echo up; exec sleep 60'], 'TERM'),
    env: process.env,
    onLine: (line) => void lines.push(line),
  });
  await until(() => lines.length === 1);
  await group.stop('SIGTERM', 10_000);
  expect(await group.ended).toBe('code 143');
  expect(lines).toEqual(['up']);
});

test('guarded() ends the program, and what that started, when its starter is killed', async () => {
  const command = JSON.stringify(guarded(['sh', '-c', PROGRAM], 'TERM'));
  const code = `
    Bun.spawn(${command}, { stdin: 'pipe', stdout: 'inherit', detached: true });
    setInterval(() => {}, 1000);`;
  const starter = Bun.spawn([process.execPath, '-e', code], { stdout: 'pipe' });
  let printed = '';
  for await (const chunk of starter.stdout) {
    if (printed === '') starter.kill('SIGKILL');
    printed += new TextDecoder().decode(chunk);
  }
  expect(printed).toEndWith('ends\n');
  const pids = printed.split(/\s/).slice(0, 2).map(Number);
  await until(() => pids.every((pid) => readProcess(pid) === undefined));
});
