import { expect, test } from 'bun:test';
import { join } from 'node:path';

const WATCH = join(import.meta.dir, 'parent-watch.ts');

/** Serves until it is asked to end, and says how it was asked. */
const CHILD = `
  const { exitWithParent } = await import(${JSON.stringify(WATCH)});
  exitWithParent(process.env.EXIT_WITH_PARENT, 10);
  Bun.serve({ port: 0, fetch: () => new Response() });
  process.on('SIGTERM', () => { console.log('asked to end'); process.exit(0); });
  console.log('watching');`;

/** Starts a child that holds our pipe, so that we read it after the parent is gone. */
const parentOf = (env: string) => `
  const env = { ...process.env, ${env} };
  Bun.spawn([process.execPath, '-e', ${JSON.stringify(CHILD)}], { env, stdout: 'inherit' });
  setInterval(() => {}, 1000);`;

async function killParent(env: string): Promise<string> {
  const parent = Bun.spawn([process.execPath, '-e', parentOf(env)], { stdout: 'pipe' });
  let printed = '';
  for await (const chunk of parent.stdout) {
    printed += new TextDecoder().decode(chunk);
    if (printed === 'watching\n') parent.kill('SIGKILL');
  }
  return printed;
}

test('exitWithParent() ends in order when the parent is killed with -9', async () => {
  expect(await killParent('EXIT_WITH_PARENT: process.pid')).toBe('watching\nasked to end\n');
});

test('exitWithParent() watches its own parent when the variable was inherited', async () => {
  expect(await killParent(`EXIT_WITH_PARENT: '${process.pid}'`)).toBe('watching\nasked to end\n');
});

test('exitWithParent() ends at once when whoever asked for it is gone already', async () => {
  const gone = Bun.spawn(['true']);
  await gone.exited;
  const env = { ...process.env, EXIT_WITH_PARENT: `${gone.pid}` };
  const child = Bun.spawn([process.execPath, '-e', CHILD], { env, stdout: 'pipe' });
  expect(await child.stdout.text()).toEndWith('asked to end\n');
});

test('exitWithParent() lets a process end in order though its log has no reader any more', async () => {
  const child = `
    const { exitWithParent } = await import(${JSON.stringify(WATCH)});
    exitWithParent(process.env.EXIT_WITH_PARENT, 10);
    Bun.serve({ port: 0, fetch: () => new Response() });
    process.on('SIGTERM', () => {
      process.stdout.write('Stopping');
      setTimeout(() => { console.error('ended in order'); process.exit(0); }, 50);
    });
    console.error('watching');`;
  const code = `
    const env = { ...process.env, EXIT_WITH_PARENT: process.pid };
    const command = [process.execPath, '-e', ${JSON.stringify(child)}];
    Bun.spawn(command, { env, stdout: 'pipe', stderr: 'inherit' });
    setInterval(() => {}, 1000);`;
  const parent = Bun.spawn([process.execPath, '-e', code], { stderr: 'pipe' });
  let printed = '';
  for await (const chunk of parent.stderr) {
    printed += new TextDecoder().decode(chunk);
    if (printed === 'watching\n') parent.kill('SIGKILL');
  }
  expect(printed).toBe('watching\nended in order\n');
});
