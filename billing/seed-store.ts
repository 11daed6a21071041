import { bulkLoad } from 'platform/bulk-store';
import { copyRows } from 'platform/copy-rows';
import type { Database, Transaction } from 'platform/database';
import type { Progress } from 'platform/progress';

import { countFigures } from './recount-store.ts';
import type { SeededBatch } from './seed-batch.ts';
import { seededBatches } from './seed-documents.ts';
import type { SeedWorld } from './seed-invoice.ts';
import { seedExemption, seedSeller } from './seed-seller.ts';
import { createSeededSeries } from './seed-series.ts';
import { readSettings } from './settings-store.ts';

/** How many invoices are made and sent at a time. */
const BATCH = 1000;

export async function hasInvoices(sql: Database): Promise<boolean> {
  return (await sql`select from invoice limit 1`).length > 0;
}

/**
 * Puts made-up invoices in the place of all there are, with what follows from them: lines, numbers,
 * seals, payments, credit notes, histories and figures. `onStock` hears of the goods, in order, and is waited
 * for. The company's settings stay, and get a seller when they have none,
 * and with it why it charges no VAT where it does not.
 */
export async function seedInvoices(
  sql: Database,
  {
    world,
    onStock,
    onMade,
    beforeCommit,
    progress,
  }: {
    readonly world: SeedWorld;
    readonly onStock: (stock: SeededBatch['stock']) => Promise<void>;
    /** The goods were all told of. */
    readonly onMade: () => Promise<void>;
    readonly beforeCommit?: () => Promise<void>;
    readonly progress: Progress;
  },
): Promise<void> {
  const series = createSeededSeries();
  await bulkLoad(
    sql,
    async (tx) => {
      await nameSeller(tx);
      const settings = await readSettings(tx);
      let count = 0;
      let writing: Promise<unknown> = Promise.resolve();
      for (const batch of seededBatches(world, settings, series, BATCH)) {
        await writing; // While the server takes one batch, the next is made.
        writing = Promise.all([copyBatch(tx, batch), onStock(batch.stock)]);
        writing.catch(() => {});
        count += batch.rows.invoice.length;
        progress.update(`invoices: ${count.toLocaleString('en')}`);
        await Bun.sleep(0);
      }
      await writing;
      await onMade();
      await copyRows(tx, 'number_series', series.rows());
      progress.update('invoices: adding up the figures');
      await tx`analyze invoice`;
      await tx`select keep_invoice_buyers()`;
      await countFigures(tx);
    },
    {
      keep: ['schema_migration', 'company'],
      say: (line) => progress.update(`invoices: ${line}`),
      beforeCommit,
    },
  );
  progress.say(`${world.count.toLocaleString('en')} invoices`);
}

async function copyBatch(tx: Transaction, { rows }: SeededBatch): Promise<void> {
  for (const [table, added] of Object.entries(rows)) await copyRows(tx, table, added);
}

/** What made-up invoices need of the settings, where it is not there. */
async function nameSeller(tx: Transaction): Promise<void> {
  const { seller, vatExemption } = await readSettings(tx);
  if (seller.name !== '' && seller.vatNumber !== '' && vatExemption !== '') return;
  const named = seller.name === '' ? seedSeller : seller;
  const added = {
    seller: { ...named, vatNumber: named.vatNumber || seedSeller.vatNumber },
    vatExemption: vatExemption || seedExemption,
  };
  await tx`
    update company
    set settings = settings || ${tx.json(added)},
        version = version + 1,
        updated_at = now()
  `;
}
