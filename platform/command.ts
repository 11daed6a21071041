import { resolve } from 'node:path';

import { type OpenServer, openServer } from './open-server.ts';
import { createProgress, type Progress } from './progress.ts';
import { onStopRequest } from './stop-request.ts';

export type CommandTools = {
  readonly server: OpenServer;
  readonly progress: Progress;
};

/**
 * Runs a command on the data of the system and ends with what `work` gives, or with 1 and one line
 * that says why not. Ctrl-C ends it at once: what it does must stand that.
 */
export async function runCommand(
  { name, root }: { readonly name: string; readonly root: string },
  work: (tools: CommandTools) => Promise<number>,
): Promise<never> {
  onStopRequest(() => {
    process.stderr.write(`\nStopped before the end\n`);
    process.exit(130);
  });
  const progress = createProgress();
  try {
    const server = await openServer({
      databaseUrl: process.env['DATABASE_URL'] || undefined,
      dataDir: resolve(root, process.env['DATA_DIR'] || '.data'),
      say: progress.say,
    });
    const code = await work({ server, progress }).finally(() => server.stop());
    process.exit(code);
  } catch (error) {
    progress.say(`Cannot ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

/** Throws in one line while the system runs on the server. */
export function refuseRunning({ usedBy }: OpenServer): void {
  if (usedBy === undefined) return;
  throw new Error(`The system runs: stop it first ('kill ${usedBy}')`);
}

/** Runs a command of a service on the same server and passes on what it prints; gives its exit code. */
export async function runCheck(
  command: readonly string[],
  { cwd, url }: { readonly cwd: string; readonly url: string },
): Promise<number> {
  const child = Bun.spawn([process.execPath, ...command], {
    cwd,
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return child.exited;
}
