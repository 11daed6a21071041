import { readPostgresRecord, serverUrl } from './database-url.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { claimRun, runningSystem } from './run-record.ts';

/** The database server of the system, for a command that works on its data. */
export type OpenServer = {
  /** Address, name and password, with the maintenance database as path. */
  readonly url: string;
  /** The process that runs the system on it, when that is known. */
  readonly usedBy: number | undefined;
  stop(): Promise<void>;
};

/**
 * The server of `databaseUrl`; else the embedded one of the running system; else the embedded one is
 * started for as long as the command takes, and a system cannot start meanwhile.
 */
export async function openServer({
  databaseUrl,
  dataDir,
  say,
}: {
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly say: (line: string) => void;
}): Promise<OpenServer> {
  const nothing = { usedBy: undefined, stop: () => Promise.resolve() };
  if (databaseUrl !== undefined) return { ...nothing, url: serverUrl(databaseUrl) };
  const usedBy = runningSystem(dataDir);
  const record = readPostgresRecord(dataDir);
  if (usedBy !== undefined && record !== undefined) return { ...nothing, url: record.url, usedBy };
  const run = claimRun(dataDir);
  const server = await startEmbeddedPostgres({ dataDir, say });
  run.add('postgres', server.pid);
  return {
    url: server.url,
    usedBy: undefined,
    async stop() {
      await server.stop();
      run.clear();
    },
  };
}
