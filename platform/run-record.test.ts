import { expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readProcess } from './process-info.ts';
import { claimRun } from './run-record.ts';
import { testFolder } from './testing-folder.ts';

test('claimRun() refuses a folder that another running system has', async () => {
  const dataDir = testFolder();
  const other = Bun.spawn(['sleep', '60']);
  const { startedAt } = readProcess(other.pid)!;
  const record = [{ name: 'supervisor', pid: other.pid, startedAt }];
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify(record));
  expect(() => claimRun(dataDir)).toThrow(`is in use by process ${other.pid}`);
  other.kill();
  await other.exited;
  expect(claimRun(dataDir)).toBeDefined();
});

test('claimRun() knows the processes that an earlier run left', () => {
  const dataDir = testFolder();
  const left = Bun.spawn(['sleep', '60']);
  const dead = { name: 'supervisor', pid: 2 ** 22 + 1, startedAt: '1' };
  const { startedAt } = readProcess(left.pid)!;
  const record = [dead, { name: 'billing', pid: left.pid, startedAt }];
  writeFileSync(join(dataDir, 'run.json'), JSON.stringify(record));
  const claimed = claimRun(dataDir);
  expect(claimed.leftoverName(left.pid)).toBe('billing');
  expect(claimed.leftoverName(process.pid)).toBeUndefined();
  left.kill();
});

test('claimRun() notes the newest process of each part, and forgets all at the end', () => {
  const dataDir = testFolder();
  const claimed = claimRun(dataDir);
  claimed.add('billing', 1);
  claimed.add('billing', process.pid);
  const noted = JSON.parse(readFileSync(join(dataDir, 'run.json'), 'utf8'));
  expect(noted).toMatchObject([
    { name: 'supervisor', pid: process.pid },
    { name: 'billing', pid: process.pid },
  ]);
  claimed.clear();
  expect(existsSync(join(dataDir, 'run.json'))).toBe(false);
});
