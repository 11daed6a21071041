import { resolve } from 'node:path';

import { databaseTrouble } from './database-trouble.ts';
import { type OpenServer, openServer } from './open-server.ts';
import { createProgress, type Progress } from './progress.ts';
import { onStopRequest } from './stop-request.ts';

export type CommandTools = {
  readonly server: OpenServer;
  readonly progress: Progress;
};

type Command<Asked> = {
  /** What it does, as in 'Cannot …'. */
  readonly name: string;
  /** How people type it. */
  readonly usage: string;
  /** What it is for, in a sentence: `--help` says it. */
  readonly about: string;
  /** Reads what was typed, before anything is touched; throws when it is wrong. */
  readonly read: () => Asked;
  /** Gives the exit code. */
  readonly work: (asked: Asked, tools: CommandTools) => Promise<number>;
};

/**
 * Runs a command on the data of the system, whether that runs or not, and ends with what `work`
 * gives, or with 1 and one line that says why not. Ctrl-C ends it at once: what it does must stand
 * that.
 */
export async function runCommand<Asked>(command: Command<Asked>): Promise<never> {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${command.about}\n\n  ${command.usage}\n`);
    process.exit(0);
  }
  onStopRequest(() => {
    process.stderr.write(`\nStopped before the end\n`);
    process.exit(130);
  });
  const progress = createProgress();
  const { DATABASE_URL, DATA_DIR } = process.env;
  try {
    const asked = command.read();
    const server = await openServer({
      databaseUrl: DATABASE_URL || undefined,
      dataDir: resolve(import.meta.dir, '..', DATA_DIR || '.data'),
      say: progress.say,
    });
    const code = await command.work(asked, { server, progress }).finally(() => server.stop());
    process.exit(code);
  } catch (error) {
    progress.say(`Cannot ${command.name}: ${reasonOf(error, command.usage, DATABASE_URL)}`);
    process.exit(1);
  }
}

function reasonOf(error: unknown, usage: string, DATABASE_URL: string | undefined): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === DATABASE_MISSING) return "There is no data yet: 'bun run start' makes some";
  const reason = databaseTrouble(error, DATABASE_URL);
  // Node goes on about how to pass words that begin with a dash.
  return code.startsWith('ERR_PARSE_ARGS') ? `${reason.split(/\.\s/)[0]}: say '${usage}'` : reason;
}

/** SQLSTATE invalid_catalog_name. */
const DATABASE_MISSING = '3D000';

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
