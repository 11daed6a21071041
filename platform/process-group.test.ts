import { expect, test } from 'bun:test';

import { startGroup } from './process-group.ts';
import { readProcess } from './process-info.ts';
import { until } from './testing.ts';

function start(script: string) {
  const lines: string[] = [];
  const said = Promise.withResolvers<string>();
  const group = startGroup({
    command: ['sh', '-c', script],
    env: process.env,
    onLine(line) {
      lines.push(line);
      said.resolve(line);
    },
  });
  return { ...group, lines, firstLine: said.promise };
}

test('startGroup() passes on every line, the last without its end as well', async () => {
  const group = start('echo one; echo two >&2; printf three; exit 3');
  expect(await group.ended).toBe('code 3');
  expect(group.lines.toSorted()).toEqual(['one', 'three', 'two']);
});

test('startGroup() names the signal that ended it', async () => {
  const group = start('kill -9 $$');
  expect(await group.ended).toBe('signal SIGKILL');
});

test('startGroup() makes a group of its own, which the terminal does not reach', async () => {
  const group = start('echo up; exec sleep 60');
  await group.firstLine;
  expect(process.kill(-group.pid, 'SIGTERM')).toBe(true);
  expect(await group.ended).toBe('signal SIGTERM');
});

test('stop() asks first, and kills who does not listen, with all that it started', async () => {
  const group = start(`trap '' TERM; sleep 60 & echo $!; wait; wait`);
  const grandchild = Number(await group.firstLine);
  expect(readProcess(grandchild)).toBeDefined();
  await group.stop('SIGTERM', 50);
  expect(await group.ended).toBe('signal SIGKILL');
  await until(() => readProcess(grandchild) === undefined);
});

test('stop() lets the process end in its own way', async () => {
  const group = start(`trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done`);
  await group.firstLine;
  await group.stop('SIGTERM', 10_000);
  expect(await group.ended).toBe('code 0');
  expect(group.lines).toContain('bye');
});
