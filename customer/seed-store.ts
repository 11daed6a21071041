import { auditOfMade } from 'platform/audit-store';
import { bulkLoad } from 'platform/bulk-store';
import { copyRows } from 'platform/copy-rows';
import type { Database } from 'platform/database';
import type { Progress } from 'platform/progress';

import { seededCustomer } from './seed.ts';

/** How many rows are made and sent at a time. */
const BATCH = 5000;

export async function hasCustomers(sql: Database): Promise<boolean> {
  return (await sql`select from customer limit 1`).length > 0;
}

/** Puts made-up customers in the place of all there are. */
export async function seedCustomers(
  sql: Database,
  {
    seed,
    count,
    until,
    beforeCommit,
    progress,
  }: {
    readonly seed: number;
    readonly count: number;
    readonly until: string;
    readonly beforeCommit?: () => Promise<void>;
    readonly progress: Progress;
  },
): Promise<void> {
  await bulkLoad(
    sql,
    async (tx) => {
      for (let from = 0; from < count; from += BATCH) {
        const length = Math.min(BATCH, count - from);
        const made = Array.from({ length }, (_, index) =>
          seededCustomer(seed, from + index, until),
        );
        const rows = made.map((customer) => ({ ...customer, updatedAt: customer.createdAt }));
        await copyRows(tx, 'customer', rows);
        await copyRows(tx, 'audit_event', made.map(auditOfMade));
        progress.update(`customers: ${(from + length).toLocaleString('en')}`);
      }
    },
    {
      keep: ['schema_migration'],
      say: (line) => progress.update(`customers: ${line}`),
      beforeCommit,
    },
  );
  progress.say(`${count.toLocaleString('en')} customers`);
}
