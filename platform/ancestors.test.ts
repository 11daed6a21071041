import { expect, test } from 'bun:test';

import { onAncestorGone, wrapperAncestors } from './ancestors.ts';
import { readProcess } from './process-info.ts';

/** A chain of processes, nearest first; the pids count from 10. */
const chainOf = (commands: readonly string[]) => (pid: number) => {
  const command = commands[pid - 10];
  return command === undefined ? undefined : { pid, parent: pid + 1, command, startedAt: `${pid}` };
};
const found = (...commands: string[]) =>
  wrapperAncestors(10, chainOf(commands)).map(({ command }) => command);

test('wrapperAncestors() climbs to npx and not to the shell that it was typed into', () => {
  const wrappers = [
    'sh -c bun install --frozen-lockfile && bun stack.ts',
    '/x/node_modules/.bin/bun run start',
    "sh -c 'bun' run start",
    'npm exec bun@1.4.5 run start',
  ];
  expect(found(...wrappers, '-bash', 'sshd')).toEqual(wrappers);
});

test.each([
  ['node /usr/bin/npx -y bun run dev'],
  ['node /usr/lib/node_modules/npm/bin/npm-cli.js run start'],
  ['bun --silent run start --without web'],
  ['/usr/local/bin/bun start'],
  ['bunx something'],
])('wrapperAncestors() knows %p as one that only starts others', (command) => {
  expect(found(command, 'zsh')).toEqual([command]);
});

test.each([
  ['-bash'],
  ['bash'],
  ['bash deploy.sh'],
  ['bun run-tests.ts'],
  ['bun run bench/main.ts'],
  ['bun test'],
  ['tmux'],
  ['node server.js'],
  ['python3 -m pytest'],
])('wrapperAncestors() leaves %p alone, whose end means nothing to us', (command) => {
  expect(found(command, 'npm exec bun run start')).toEqual([]);
});

test('wrapperAncestors() takes a shell for a wrapper only when a wrapper started it', () => {
  const shell = 'sh -c cd /srv && bun run start';
  expect(found('bun run start', shell, 'cron')).toEqual(['bun run start']);
  expect(found('bun run start', shell, 'npx serve')).toHaveLength(3);
});

test('onAncestorGone() tells which process went, once', async () => {
  const child = Bun.spawn(['sleep', '60']);
  const info = readProcess(child.pid)!;
  const gone = Promise.withResolvers<number>();
  onAncestorGone([readProcess(process.pid)!, info], ({ pid }) => gone.resolve(pid), 5);
  child.kill('SIGKILL');
  expect(await gone.promise).toBe(child.pid);
});
