import { afterEach, expect, test } from 'bun:test';

import { type Instance, keepRunning, type Kept } from './keep-running.ts';
import { startGroup } from './process-group.ts';
import { until } from './testing.ts';

const started: Kept[] = [];
afterEach(async () => {
  for (const kept of started.splice(0)) await kept.stop();
});

/** Keeps a `sleep` running, which fails to come up on the launches that `failing` names. */
function keepSleep(failing: readonly number[] = []) {
  const launched: Instance[] = [];
  const said: string[] = [];
  let launches = 0;
  const kept = keepRunning({
    name: 'sleep',
    say: (line) => void said.push(line),
    backoffMs: 1,
    backoffLimitMs: 4,
    async launch() {
      launches += 1;
      if (failing.includes(launches)) throw new Error('did not come up');
      const group = startGroup({ command: ['sleep', '60'], env: process.env, onLine: () => {} });
      const instance = { ...group, stop: async () => group.stop('SIGTERM', 1000) };
      launched.push(instance);
      return instance;
    },
  });
  started.push(kept);
  return { kept, launched, said };
}

test('start() fails when the first launch does, and starts nothing again', async () => {
  const { kept, launched, said } = keepSleep([1]);
  expect(kept.start()).rejects.toThrow('did not come up');
  await kept.stop();
  expect({ launched, said }).toEqual({ launched: [], said: [] });
});

test('a process that dies is named and started again, as often as it dies', async () => {
  const { kept, launched, said } = keepSleep();
  await kept.start();
  process.kill(launched[0]!.pid, 'SIGKILL');
  await until(() => said.length === 2);
  process.kill(launched[1]!.pid, 'SIGKILL');
  await until(() => said.length === 4);
  expect(said).toEqual([
    'sleep: ended with signal SIGKILL, starting it again in 0.001 s',
    `sleep: up again (process ${launched[1]!.pid})`,
    'sleep: ended with signal SIGKILL, starting it again in 0.002 s',
    `sleep: up again (process ${launched[2]!.pid})`,
  ]);
});

test('a process that does not come up again is tried at growing intervals', async () => {
  const { kept, launched, said } = keepSleep([2, 3, 4, 5]);
  await kept.start();
  process.kill(launched[0]!.pid, 'SIGTERM');
  await until(() => said.length === 6);
  expect(said.slice(0, 5)).toEqual([
    'sleep: ended with signal SIGTERM, starting it again in 0.001 s',
    'sleep: did not come up, starting it again in 0.002 s',
    'sleep: did not come up, starting it again in 0.004 s',
    'sleep: did not come up, starting it again in 0.004 s',
    'sleep: did not come up, starting it again in 0.004 s',
  ]);
});

test('stop() ends the process and does not start it again', async () => {
  const { kept, launched, said } = keepSleep();
  await kept.start();
  await kept.stop();
  expect(await launched[0]!.ended).toBe('signal SIGTERM');
  expect({ launches: launched.length, said }).toEqual({ launches: 1, said: [] });
});
