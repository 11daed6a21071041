import { expect, test } from 'bun:test';

import { isStillRunning, pidExists, readProcess } from './process-info.ts';
import { until } from './testing.ts';

test('readProcess() knows parent and command of a process, and nothing of one that ended', async () => {
  const child = Bun.spawn(['sleep', '60']);
  const info = await until(() => {
    const found = readProcess(child.pid); // Between fork and exec it still bears our command.
    return found?.command === 'sleep 60' && found;
  });
  expect(info).toMatchObject({ pid: child.pid, parent: process.pid });
  expect(isStillRunning(info)).toBe(true);
  child.kill();
  await child.exited;
  expect(readProcess(child.pid)).toBeUndefined();
  expect(isStillRunning(info)).toBe(false);
});

test('isStillRunning() is not misled by a later process with the same pid', () => {
  expect(isStillRunning({ pid: process.pid, startedAt: 'earlier' })).toBe(false);
});

test('pidExists() sees processes of every user', () => {
  expect(pidExists(1)).toBe(true);
  expect(pidExists(2 ** 22 + 1)).toBe(false);
});
