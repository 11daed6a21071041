import type { CopyRow } from 'platform/copy-rows';

import { sealedInvoice } from './documents.ts';
import type { Invoice } from './invoice-contract.ts';
import { addDays } from './invoices.ts';
import { createSeededCredits, creditFor } from './seed-credits.ts';
import {
  dateOf,
  type SeededInvoice,
  seededInvoice,
  type SeedLine,
  type SeedWorld,
} from './seed-invoice.ts';
import { invoiceRow, lineRows, paymentsOf, returned, sold } from './seed-rows.ts';
import type { createSeededSeries } from './seed-series.ts';
import type { Settings } from './settings-contract.ts';
import { mentionsOf } from './settings.ts';

/** Goods that left, or came back; `index` is the product's. */
export type SeededMove = {
  readonly index: number;
  readonly thousandths: number;
  readonly atMs: number;
  readonly reason: 'sale' | 'return';
  readonly reference: string;
  readonly note: string;
};

/** Rows by table, and what the inventory has to know of the same invoices. */
export type SeededBatch = {
  readonly rows: Readonly<Record<SeededTable, CopyRow[]>>;
  readonly stock: {
    readonly reservations: {
      readonly id: string;
      readonly atMs: number;
      readonly lines: readonly SeedLine[];
    }[];
    readonly events: SeededMove[];
  };
};
export type SeededTable =
  'invoice' | 'invoice_line' | 'payment' | 'credit_note' | 'credit_note_line';

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

function emptyBatch(): SeededBatch {
  return {
    rows: { invoice: [], invoice_line: [], payment: [], credit_note: [], credit_note_line: [] },
    stock: { reservations: [], events: [] },
  };
}

function createBooks(
  { until }: SeedWorld,
  settings: Settings,
  series: ReturnType<typeof createSeededSeries>,
) {
  const { seller, language } = settings;
  const credits = createSeededCredits({ until, settings, series });
  // Making them takes longer than all the rest of an invoice.
  const mentions = {
    taxed: mentionsOf(settings, { totals: { ...NO_TOTALS, vatMinor: 1 } }),
    untaxed: mentionsOf(settings, { totals: NO_TOTALS }),
  };

  const issue = (seeded: SeededInvoice, draft: Invoice, batch: SeededBatch): void => {
    const { id, atMs, fate, totals } = seeded;
    const place = series.take(settings.invoiceSeries, dateOf(atMs));
    const credit = creditFor(seeded, draft);
    const creditedMinor = credit?.totals.grossMinor ?? 0;
    const paid = paymentsOf(seeded, until, creditedMinor);
    const { number, issueDate, ...numbered } = place;
    const invoice = settled(seeded, {
      ...draft,
      number,
      issueDate,
      dueDate: addDays(issueDate, draft.dueDays),
      seller,
      language,
      mentions: totals.vatMinor === 0 ? mentions.untaxed : mentions.taxed,
      paidMinor: paid.reduce((all, { amountMinor }) => all + amountMinor, 0),
      creditedMinor,
    });
    const seal = series.seal(place, sealedInvoice(invoice));
    batch.rows.invoice.push(invoiceRow(invoice, { ...numbered, ...seal }));
    batch.rows.payment.push(...paid);
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
      if (seeded.fate.isDraft) batch.rows.invoice.push(invoiceRow(draft, NOT_ISSUED));
      else issue(seeded, draft, batch);
    },
    /** What is left to be issued after the last invoice. */
    finish: (batch: SeededBatch): void => credits.issueUpTo(Infinity, batch),
  };
}

const NO_TOTALS = { netMinor: 0, discountMinor: 0, vat: [], vatMinor: 0, grossMinor: 0 };
const NOT_ISSUED = { series: null, year: null, seq: null, previousHash: null, hash: null };

function draftOf(seeded: SeededInvoice): Invoice {
  const createdAt = new Date(seeded.atMs).toISOString();
  const { id, customerId, buyer, dueDays, notes, discountBp, totals } = seeded;
  const lines = seeded.lines.map(({ line }) => line);
  return {
    id,
    status: 'draft',
    number: null,
    customerId,
    seller: null,
    buyer,
    mentions: [],
    language: null,
    currency: 'EUR',
    issueDate: null,
    dueDate: null,
    dueDays,
    notes,
    voidReason: '',
    discountBp,
    pricesIncludeVat: false,
    lines,
    totals,
    paidMinor: 0,
    creditedMinor: 0,
    balanceMinor: totals.grossMinor,
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
}

function settled({ fate, totals }: SeededInvoice, invoice: Invoice): Invoice {
  const balanceMinor = totals.grossMinor - invoice.paidMinor - invoice.creditedMinor;
  const kept = { ...invoice, balanceMinor, version: 2 };
  if (fate.isVoid) return { ...kept, status: 'void', voidReason: 'Commande annulée' };
  if (balanceMinor <= 0) return { ...kept, status: 'paid' };
  return { ...kept, status: fate.isGivenUp ? 'uncollectible' : 'open' };
}
