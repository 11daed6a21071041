import { join } from 'node:path';

import type { Database, Transaction } from './database.ts';

export type Migration = { readonly name: string; readonly text: string; readonly checksum: string };

/**
 * Brings a database to the newest schema: platform's own tables, then the service's `*.sql` files
 * in the order of their names, each once and in a transaction. Processes that start together take
 * turns. Throws when a file was changed after it was applied. With `only`, no others are applied.
 */
export async function migrate(
  sql: Database,
  folder: string,
  only?: ReadonlySet<string>,
): Promise<void> {
  const all = await migrationsOf(folder);
  const files = only === undefined ? all : all.filter(({ name }) => only.has(name));
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended('migrate', 0))`;
    await tx`
      create table if not exists schema_migration (
        name text primary key,
        checksum text not null,
        applied_at timestamptz not null default now()
      )
    `;
    const rows = await tx<{ name: string; checksum: string }[]>`
      select name, checksum from schema_migration
    `;
    const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
    for (const file of files) await apply(tx, file, applied.get(file.name));
  });
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

async function apply(tx: Transaction, file: Migration, checksum: string | undefined) {
  if (checksum === file.checksum) return;
  if (checksum !== undefined) {
    throw new Error(`Cannot migrate: '${file.name}' was changed after it was applied`);
  }
  await tx.unsafe(file.text);
  await tx`insert into schema_migration ${tx({ name: file.name, checksum: file.checksum })}`;
}
