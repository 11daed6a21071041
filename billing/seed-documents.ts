import { dueDateOf } from './days.ts';
import { sealedInvoice } from './documents.ts';
import type { Invoice } from './invoice-contract.ts';
import { emptyBatch, type SeededBatch } from './seed-batch.ts';
import { createSeededCredits, creditFor } from './seed-credits.ts';
import { draftOf } from './seed-draft.ts';
import { fateSteps } from './seed-fate.ts';
import { balanced, takeSteps } from './seed-history.ts';
import { dateOf, type SeededInvoice, seededInvoice, type SeedWorld } from './seed-invoice.ts';
import { invoiceRow, lineRows, paymentsOf, returned, sold } from './seed-rows.ts';
import type { createSeededSeries } from './seed-series.ts';
import type { Settings } from './settings-contract.ts';
import { mentionsOf } from './settings.ts';
import { vatKey } from './vat-groups.ts';

/** Made-up invoices and what follows from them, some at a time, in the order of their days. */
export function* seededBatches(
  world: SeedWorld,
  settings: Settings,
  series: ReturnType<typeof createSeededSeries>,
  batchSize: number,
): Generator<SeededBatch> {
  const books = createBooks(world, settings, series);
  for (let from = 0; from < world.count; from += batchSize) {
    const batch = emptyBatch();
    const end = Math.min(from + batchSize, world.count);
    for (let index = from; index < end; index += 1) books.add(seededInvoice(world, index), batch);
    if (end === world.count) books.finish(batch);
    yield batch;
  }
}

function createBooks(
  { until }: SeedWorld,
  settings: Settings,
  series: ReturnType<typeof createSeededSeries>,
) {
  const { seller, language } = settings;
  const credits = createSeededCredits({ until, settings, series });
  const mentionsFor = rememberedMentions(settings);

  const issue = (seeded: SeededInvoice, draft: Invoice, batch: SeededBatch): void => {
    const { id, atMs, fate } = seeded;
    const { number, issueDate, ...numbered } = series.take(settings.invoiceSeries, dateOf(atMs));
    const credit = creditFor(seeded, draft);
    const paid = paymentsOf(seeded, until, credit?.totals.grossMinor ?? 0);
    const issued: Partial<Invoice> = {
      status: 'open',
      number,
      issueDate,
      dueDate: dueDateOf(issueDate, draft),
      seller,
      language,
      mentions: mentionsFor(draft),
    };
    const { invoice, history } = takeSteps(draft, [
      { action: 'issued', atMs, change: () => issued },
      ...fateSteps(seeded, until, credit),
      ...paid.map(({ amountMinor, createdAt }) => ({
        action: 'paid' as const,
        atMs: Date.parse(createdAt),
        change: (open: Invoice) => balanced(open, { paidMinor: amountMinor }),
      })),
    ]);
    const seal = series.seal({ number, issueDate, ...numbered }, sealedInvoice(invoice));
    batch.rows.invoice.push(invoiceRow(invoice, { ...numbered, ...seal }));
    batch.rows.payment.push(...paid);
    batch.rows.audit_event.push(...history);
    batch.stock.reservations.push({ id, atMs, lines: seeded.lines });
    batch.stock.events.push(...sold(seeded));
    if (fate.isVoid) {
      const text = { reference: `void:${id}`, note: number };
      batch.stock.events.push(...returned(seeded, atMs, text, () => Infinity));
    }
    if (credit !== undefined) credits.await({ seeded, invoice, credit });
  };

  return {
    add(seeded: SeededInvoice, batch: SeededBatch): void {
      credits.issueUpTo(seeded.day, batch);
      const draft = draftOf(seeded);
      batch.rows.invoice_line.push(...lineRows(seeded));
      if (!seeded.fate.isDraft) return issue(seeded, draft, batch);
      batch.rows.invoice.push(invoiceRow(draft, NOT_ISSUED));
      batch.rows.audit_event.push(...takeSteps(draft, []).history);
    },
    /** What is left to be issued after the last invoice. */
    finish: (batch: SeededBatch): void => credits.issueUpTo(Infinity, batch),
  };
}

/** Making them takes longer than all the rest of an invoice, and few differ. */
function rememberedMentions(settings: Settings) {
  const made = new Map<string, string[]>();
  return (invoice: Invoice): string[] => {
    const key = [invoice.operation, ...invoice.totals.vat.map(vatKey)].join(' ');
    const mentions = made.get(key) ?? mentionsOf(settings, invoice);
    made.set(key, mentions);
    return mentions;
  };
}

const NOT_ISSUED = { series: null, year: null, seq: null, previousHash: null, hash: null };
