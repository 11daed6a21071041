import type { Account } from './postgres-account.ts';

/** Runs one of PostgreSQL's programs to its end, with `input` to read; throws what it complains of. */
export async function runProgram(
  command: readonly string[],
  account: Account | undefined,
  input = '',
): Promise<void> {
  const child = Bun.spawn([...command], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_MESSAGES: 'C' },
    stdin: new TextEncoder().encode(input),
    stdout: 'ignore',
    stderr: 'pipe',
    ...account,
  });
  const [output, code] = await Promise.all([child.stderr.text(), child.exited]);
  if (code === 0) return;
  const reason = output.split('\n').find((line) => /error|fatal/i.test(line)) ?? `code ${code}`;
  throw new Error(`PostgreSQL's '${command[0]?.split('/').at(-1)}' failed: ${reason.trim()}`);
}
