import { expect, test } from 'bun:test';

import { type LaunchOptions, launchPart } from './launch-part.ts';
import { freePort } from './ports.ts';
import { isStillRunning, readProcess } from './process-info.ts';

const script = (code: string) => [process.execPath, '-e', code];
const health = async () => new URL(`http://127.0.0.1:${await freePort('127.0.0.1')}/health/ready`);

async function launch(options: Pick<LaunchOptions, 'command' | 'upWhen'> & Partial<LaunchOptions>) {
  return launchPart({
    name: 'part',
    env: process.env,
    onLine: () => {},
    signal: new AbortController().signal,
    ...options,
  });
}

test('launchPart() waits until the address answers 200, not only answers', async () => {
  const upWhen = await health();
  const command = script(`
    let asked = 0;
    const fetch = () => new Response('', { status: (asked += 1) < 3 ? 503 : 200 });
    Bun.serve({ hostname: '127.0.0.1', port: ${upWhen.port}, fetch });
    process.on('SIGTERM', () => process.exit(asked < 3 ? 9 : 0));`);
  const instance = await launch({ command, upWhen });
  await instance.stop();
  expect(await instance.ended).toBe('code 0');
});

test('launchPart() waits for the line that says so', async () => {
  const command = ['sh', '-c', 'echo working; echo it is done; exec sleep 60'];
  const instance = await launch({ command, upWhen: /is done/ });
  await instance.stop();
  expect(await instance.ended).toBe('signal SIGTERM');
});

test('launchPart() tells what a process said that ended too soon', async () => {
  const command = ['sh', '-c', `echo '{"level":"ERROR","message":"No way"}'; exit 4`];
  const refusal = launch({ command, upWhen: await health() });
  expect(refusal).rejects.toThrow('part ended with code 4 before it was up: No way');
});

test('launchPart() leaves nothing behind of a process that does not come up', async () => {
  let pid = 0;
  const command = ['sh', '-c', 'echo $$; exec sleep 60'];
  const onLine = (line: string) => void (pid = Number(line));
  const refusal = launch({ command, upWhen: await health(), onLine, limitMs: 500 });
  expect(refusal).rejects.toThrow('part did not come up within 0.5 s');
  expect(pid).toBeGreaterThan(0);
  expect(readProcess(pid)).toBeUndefined();
});

test('launchPart() waits on for a process that says that it is busy', async () => {
  const said = Promise.withResolvers<undefined>();
  let count = 0;
  const command = ['sh', '-c', 'while :; do echo busy; sleep 0.1; done'];
  const onLine = () => {
    count += 1;
    // By then the limit has passed.
    if (count === 60) said.resolve(undefined);
  };
  const stopping = new AbortController();
  const upWhen = await health();
  const options = { command, upWhen, onLine, busyWhen: /^busy$/, limitMs: 5000 };
  const refusal = launch({ ...options, signal: stopping.signal });
  await said.promise;
  stopping.abort();
  expect(refusal).rejects.toThrow('part did not come up');
}, 30_000);

test('launchPart() passes on nothing of what a process says of being given up', async () => {
  const lines: string[] = [];
  const command = script(`
    process.on('SIGTERM', () => { console.log('panic'); process.exit(2); });
    console.log('working');
    setInterval(() => undefined, 1000);`);
  const stopping = new AbortController();
  const onLine = (line: string) => {
    lines.push(line);
    stopping.abort();
  };
  const refusal = launch({ command, upWhen: /never/, onLine, signal: stopping.signal });
  expect(refusal).rejects.toThrow(/: working$/);
  expect(lines).toEqual(['working']);
});

test('launchPart() gives up when it is told to', async () => {
  const stopping = new AbortController();
  const pid = Promise.withResolvers<number>();
  const refusal = launch({
    command: ['sh', '-c', 'echo $$; exec sleep 60'],
    upWhen: await health(),
    onLine: (line) => pid.resolve(Number(line)),
    signal: stopping.signal,
  });
  const info = readProcess(await pid.promise)!;
  stopping.abort();
  expect(refusal).rejects.toThrow('part');
  expect(isStillRunning(info)).toBe(false);
});
