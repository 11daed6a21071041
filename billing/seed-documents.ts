import type { CopyRow } from 'platform/copy-rows';

import type { Credit } from './credits.ts';
import { dueDateOf } from './days.ts';
import { sealedInvoice } from './documents.ts';
import type { Invoice } from './invoice-contract.ts';
import { operationOf } from './references.ts';
import { createSeededCredits, creditedAtMs, creditFor } from './seed-credits.ts';
import { balanced, type SeededStep, takeSteps } from './seed-history.ts';
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
import { vatKey } from './totals.ts';

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
  'invoice' | 'invoice_line' | 'payment' | 'credit_note' | 'credit_note_line' | 'audit_event';

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
    rows: {
      invoice: [],
      invoice_line: [],
      payment: [],
      credit_note: [],
      credit_note_line: [],
      audit_event: [],
    },
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
    dueEndOfMonth: false,
    notes,
    operation: operationOf(seeded.lines),
    deliveredOn: null,
    deliveryAddress: '',
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

/** What is done to an issued invoice, but for payments. */
function fateSteps(
  { atMs, fate }: SeededInvoice,
  until: string,
  credit: Credit | undefined,
): SeededStep[] {
  if (fate.isVoid) return [{ action: 'voided', atMs, change: () => VOIDED }];
  if (fate.isGivenUp) {
    return [{ action: 'written-off', atMs: atMs + GIVEN_UP_AFTER_MS, change: () => GIVEN_UP }];
  }
  if (credit === undefined || fate.credited === undefined) return [];
  const creditedMinor = credit.totals.grossMinor;
  return [
    {
      action: 'credited',
      atMs: creditedAtMs(until, fate.credited.day),
      change: (open) => balanced(open, { creditedMinor }),
    },
  ];
}

const VOIDED = { status: 'void', voidReason: 'Commande annulée' } as const;
const GIVEN_UP = { status: 'uncollectible' } as const;
/** More than a year; only those are given up that are older than two. */
const GIVEN_UP_AFTER_MS = 400 * 86_400_000;
