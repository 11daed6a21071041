import { join } from 'node:path';

import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { keepRunning, type Kept } from './keep-running.ts';
import { startGroup } from './process-group.ts';
import type { Run } from './system.ts';

/** The database server that the parts share. */
export type PartDatabase = {
  /** Starts it where it is not there already, and creates what databases are missing. */
  readonly start: () => Promise<void>;
  /** The server's address, known once it started. */
  readonly url: () => string;
  readonly stop: () => Promise<void>;
};

/** The server of `databaseUrl`, else an embedded one that is started with the system. */
export function databaseOf(run: Run): PartDatabase {
  const { system } = run;
  const names = system.parts.flatMap(({ database }) => database ?? []);
  let address = system.databaseUrl ?? '';
  const embedded =
    system.databaseUrl === undefined && names.length > 0
      ? keepEmbedded(run, (url) => (address = url))
      : undefined;
  return {
    async start() {
      await embedded?.start();
      if (names.length > 0) await prepareDatabases(run, address, names);
    },
    url: () => address,
    stop: async () => embedded?.stop(),
  };
}

function keepEmbedded({ system, output, record }: Run, started: (url: string) => void): Kept {
  return keepRunning({
    name: 'postgres',
    say: output.print,
    async launch() {
      const server = await startEmbeddedPostgres({ dataDir: system.dataDir, say: output.print });
      record.add('postgres', server.pid);
      started(server.url);
      return server;
    },
  });
}

/** In a process of its own, which gives back the memory that a database driver takes. */
async function prepareDatabases({ system }: Run, url: string, names: readonly string[]) {
  const lines: string[] = [];
  const script = join(import.meta.dir, 'prepare-databases.ts');
  const group = startGroup({
    command: [process.execPath, script, ...names],
    env: { ...system.env, DATABASE_URL: url },
    onLine: (line) => void lines.push(line),
  });
  const end = await group.ended;
  if (end !== 'code 0') throw new Error(lines.at(-1) ?? `Databases could not be created (${end})`);
}
