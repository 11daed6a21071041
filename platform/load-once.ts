import { type Database, transact, type Transaction } from './database.ts';

/**
 * Brings data in once in the life of a database, even when several processes start together, and
 * never again: what people deleted stays deleted.
 */
export function loadOnce(
  sql: Database,
  name: string,
  load: (tx: Transaction) => Promise<void>,
): Promise<void> {
  return transact(sql, async (tx) => {
    const loaded = await tx`
      insert into data_load ${tx({ name })} on conflict do nothing returning name
    `;
    if (loaded.length > 0) await load(tx);
  });
}
