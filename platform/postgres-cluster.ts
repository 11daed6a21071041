import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { PostgresRecord } from './database-url.ts';
import { type Account, canReach } from './postgres-account.ts';
import { OUTSIDE_HOME, type PostgresBinaries } from './postgres-binaries.ts';
import { runProgram } from './postgres-program.ts';

/** A folder of databases that a server can be started on. */
export type Cluster = {
  /** What PostgreSQL calls its data directory. */
  readonly folder: string;
  readonly password: string;
  /** Where it lies when that is outside of `DATA_DIR`. */
  readonly home?: string;
};

/** How servers run here: which programs, as whom, and whether what they write must last. */
export type Server = {
  readonly binaries: PostgresBinaries;
  readonly account: Account | undefined;
  readonly durable: boolean;
};

type Place = {
  readonly dataDir: string;
  readonly record: PostgresRecord | undefined;
  readonly server: Server;
};

/** The cluster of an earlier start; undefined when there is none yet. */
export async function openCluster({
  dataDir,
  record,
  server,
}: Place): Promise<Cluster | undefined> {
  const home = record?.home ?? join(dataDir, 'postgres');
  const folder = join(home, 'cluster');
  const versionFile = join(folder, 'PG_VERSION');
  if (!existsSync(versionFile)) return undefined;
  refuseOtherVersion(readFileSync(versionFile, 'utf8').trim(), server, home);
  await refuseUnreachable(folder, server);
  const outside = record?.home === undefined ? {} : { home };
  if (record !== undefined) {
    return { folder, password: decodeURIComponent(new URL(record.url).password), ...outside };
  }
  return { folder, password: await resetPassword(folder, server), ...outside };
}

/**
 * Makes a cluster whose databases hold UTF-8 and sort and fold case as French does, by ICU, which
 * comes with the server: whatever LANG says and whatever locales the machine has.
 */
export async function createCluster(
  place: Place & { say: (line: string) => void },
): Promise<Cluster> {
  const { dataDir, record, server, say } = place;
  say('postgres: making the database, once');
  const { home, outside } = await makeHome(dataDir, record, server.account);
  if (outside) sayLeftBehind(dataDir, home, say);
  const password = newPassword();
  const passwordFile = join(home, 'password');
  const unfinished = join(home, 'unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  await give(passwordFile, server.account);
  try {
    await initdb(unfinished, passwordFile, server);
    // Only whole clusters bear the name: one that was cut short is made anew.
    await rename(unfinished, join(home, 'cluster'));
  } finally {
    await rm(passwordFile, { force: true });
  }
  return { folder: join(home, 'cluster'), password, ...(outside ? { home } : {}) };
}

const newPassword = () => crypto.getRandomValues(new Uint8Array(18)).toHex();

async function initdb(folder: string, passwordFile: string, server: Server): Promise<void> {
  await runProgram(
    [
      server.binaries.initdb,
      `--pgdata=${folder}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=icu',
      '--icu-locale=fr',
      // What ICU does not decide, as which letters pg_trgm sees. macOS has no C.UTF-8.
      `--locale=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`,
      ...(server.durable ? [] : ['--no-sync']),
    ],
    server.account,
  );
}

/** `DATA_DIR/postgres`, or a folder outside when the server's account cannot get there. */
async function makeHome(
  dataDir: string,
  record: PostgresRecord | undefined,
  account: Account | undefined,
): Promise<{ home: string; outside: boolean }> {
  if (record?.home !== undefined && existsSync(record.home)) {
    return { home: record.home, outside: true };
  }
  const inside = join(dataDir, 'postgres');
  await mkdir(inside, { recursive: true, mode: 0o700 });
  await give(inside, account);
  if (account === undefined || canReach(inside, account)) return { home: inside, outside: false };
  await rm(inside, { recursive: true });
  await mkdir(OUTSIDE_HOME, { recursive: true });
  await chmod(OUTSIDE_HOME, 0o755);
  const home = await mkdtemp(join(OUTSIDE_HOME, 'data-'));
  await writeFile(join(home, OWNER), dataDir);
  await give(home, account);
  return { home, outside: true };
}

/** In a folder outside, the `DATA_DIR` to which it belongs. */
const OWNER = 'data-dir';

/** Who deletes `DATA_DIR` deletes what led outside of it, but not what is there. */
function sayLeftBehind(dataDir: string, home: string, say: (line: string) => void): void {
  for (const file of new Bun.Glob(`data-*/${OWNER}`).scanSync({
    cwd: OUTSIDE_HOME,
    absolute: true,
  })) {
    const other = dirname(file);
    if (other !== home && readFileSync(file, 'utf8') === dataDir)
      say(
        `postgres: the databases of an earlier '${dataDir}' are still in '${other}': delete that folder if nobody needs them`,
      );
  }
}

/** `postgres.json` was deleted and the cluster was not: a server without network gives a new one. */
async function resetPassword(folder: string, { binaries, account }: Server): Promise<string> {
  const password = newPassword();
  const statement = `alter role postgres password '${password}'`;
  await runProgram([binaries.postgres, '--single', '-D', folder, 'postgres'], account, statement);
  return password;
}

function refuseOtherVersion(version: string, { binaries }: Server, home: string): void {
  if (version === binaries.majorVersion) return;
  throw new Error(
    `The data in '${home}' was written by PostgreSQL ${version}, and this is ${binaries.majorVersion}: ` +
      `set DATABASE_URL to a PostgreSQL ${version} server that holds it, or move the folder away to begin anew`,
  );
}

async function refuseUnreachable(folder: string, { account }: Server): Promise<void> {
  if (account === undefined) return;
  await give(folder, account);
  if (canReach(folder, account)) return;
  throw new Error(
    `The database server, which does not run as root, cannot reach '${folder}': ` +
      `make the folders above it passable ('chmod o+x'), or set DATA_DIR elsewhere`,
  );
}

async function give(path: string, account: Account | undefined): Promise<void> {
  if (account !== undefined) await chown(path, account.uid, account.gid);
}
