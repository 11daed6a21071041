import { join } from 'node:path';

import { isDatabaseAway } from './database-away.ts';
import type { Database, Transaction } from './database.ts';

export type Migration = { readonly name: string; readonly text: string; readonly checksum: string };

/**
 * Brings a database to the newest schema: platform's own tables, then the service's `*.sql` files
 * in the order of their names, each once and in a transaction of its own, so that nobody waits for
 * the locks of one while another one works. Processes that start together take turns, file by file.
 * A file that fails leaves those before it applied, and the error names it; throws as well when a
 * file was changed after it was applied. With `only`, no others are applied.
 */
export async function migrate(
  sql: Database,
  folder: string,
  only?: ReadonlySet<string>,
): Promise<void> {
  const all = await migrationsOf(folder);
  const files = only === undefined ? all : all.filter(({ name }) => only.has(name));
  const applied = await inTurn(sql, async (tx) => {
    await tx`
      create table if not exists schema_migration (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )
    `;
    return checksumsIn(tx);
  });
  for (const file of files) if (!isAmong(applied, file)) await apply(sql, file);
}

/** The migrations of a service with this folder, platform's own first, in the order of `migrate`. */
export async function migrationsOf(folder: string): Promise<readonly Migration[]> {
  return [
    ...(await migrationsIn(join(import.meta.dir, 'migrations'), 'platform/')),
    ...(await migrationsIn(folder, '')),
  ];
}

async function migrationsIn(folder: string, prefix: string): Promise<Migration[]> {
  const names = await Array.fromAsync(new Bun.Glob('*.sql').scan(folder));
  return Promise.all(
    names.toSorted().map(async (file) => {
      const text = await Bun.file(join(folder, file)).text();
      const checksum = new Bun.CryptoHasher('sha256').update(text).digest('hex');
      return { name: `${prefix}${file}`, text, checksum };
    }),
  );
}

async function apply(sql: Database, file: Migration): Promise<void> {
  await saying(file.name, async () =>
    inTurn(sql, async (tx) => {
      if (isAmong(await checksumsIn(tx), file)) return;
      await run(tx, file);
      await tx`insert into schema_migration ${tx({ name: file.name, checksum: file.checksum })}`;
    }),
  );
}

/** What is printed while a file takes long, here or in another process: whoever waits for it knows why. */
export const MIGRATING = /^Migrating: /;

const SAYING_EVERY_MS = 10_000;

async function saying(name: string, work: () => Promise<void>): Promise<void> {
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stderr.write(`Migrating: '${name}' has taken ${seconds} s so far\n`);
  }, SAYING_EVERY_MS);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
}

async function run(tx: Transaction, { name, text }: Migration): Promise<void> {
  try {
    await tx.unsafe(text);
  } catch (error) {
    if (!(error instanceof Error) || isDatabaseAway(error)) throw error;
    throw new Error(`Cannot migrate: '${name}' failed: ${error.message}`, { cause: error });
  }
}

/** No other process migrates, and none takes a backup, while `work` is done. */
const inTurn = <T>(sql: Database, work: (tx: Transaction) => Promise<T>) =>
  sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('migrate', 0))`;
    return work(tx);
  });

type Checksums = ReadonlyMap<string, string>;

async function checksumsIn(tx: Transaction): Promise<Checksums> {
  const rows = await tx<{ name: string; checksum: string }[]>`
    select name, checksum from schema_migration
  `;
  return new Map(rows.map(({ name, checksum }) => [name, checksum]));
}

function isAmong(applied: Checksums, { name, checksum }: Migration): boolean {
  const known = applied.get(name);
  if (known === undefined || known === checksum) return known === checksum;
  throw new Error(`Cannot migrate: '${name}' was changed after it was applied`);
}
