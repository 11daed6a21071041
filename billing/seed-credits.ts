import { type Credit, creditOf } from './credits.ts';
import { sealedCreditNote } from './documents.ts';
import type { Invoice } from './invoice-contract.ts';
import type { SeededBatch } from './seed-batch.ts';
import { dateOf, msOf, type SeededInvoice } from './seed-invoice.ts';
import { returned } from './seed-rows.ts';
import type { createSeededSeries } from './seed-series.ts';
import type { Settings } from './settings-contract.ts';
import { creditMentionsOf } from './settings.ts';

/** A credit note to be issued once its day has come. */
type Awaited = {
  readonly seeded: SeededInvoice;
  readonly invoice: Invoice;
  readonly credit: Credit;
};

type Options = {
  readonly until: string;
  readonly settings: Settings;
  readonly series: ReturnType<typeof createSeededSeries>;
};

/** The credit notes of made-up invoices, which are numbered in the order of their own days. */
export function createSeededCredits(options: Options) {
  const byDay = new Map<number, Awaited[]>();
  return {
    await(awaited: Awaited): void {
      const day = awaited.seeded.fate.credited?.day ?? 0;
      byDay.set(day, [...(byDay.get(day) ?? []), awaited]);
    },
    /** Those up to a day, in the morning of theirs. */
    issueUpTo(day: number, batch: SeededBatch): void {
      if (byDay.size === 0) return;
      const days = [...byDay.keys()].filter((awaited) => awaited <= day);
      for (const each of days.toSorted((a, b) => a - b)) {
        const morning = creditedAtMs(options.until, each);
        byDay.get(each)?.forEach((one, place) => issue(one, morning + place, batch, options));
        byDay.delete(each);
      }
    },
  };
}

const MORNING_MS = 7 * 3_600_000;

/** When the first credit note of a day is issued. */
export const creditedAtMs = (until: string, day: number): number => msOf(until, day) + MORNING_MS;

/** All of it, or half of the first line; undefined when nothing is credited. */
export function creditFor({ fate, lines }: SeededInvoice, draft: Invoice): Credit | undefined {
  if (fate.credited === undefined) return undefined;
  const { isWhole } = fate.credited;
  const now = new Map(
    lines
      .slice(0, isWhole ? lines.length : 1)
      .map(({ thousandths }, line) => [line, BigInt(isWhole ? thousandths : halved(thousandths))]),
  );
  return creditOf(draft, new Map(), now);
}

/** Whole pieces where there are some. */
const halved = (thousandths: number): number =>
  Math.min(thousandths, Math.ceil(thousandths / 2000) * 1000);

function issue(
  { seeded, invoice, credit: { lines, totals } }: Awaited,
  atMs: number,
  batch: SeededBatch,
  { settings, series }: Options,
): void {
  const place = series.take(settings.creditNoteSeries, dateOf(atMs));
  const { seller, language } = settings;
  const printed = {
    reason: 'Retour de marchandise',
    restock: true,
    language,
    seller,
    mentions: creditMentionsOf(settings, totals, invoice),
  };
  const { number, issueDate } = place;
  const seal = series.seal(
    place,
    sealedCreditNote({
      ...printed,
      number,
      issueDate,
      totals,
      invoiceNumber: invoice.number ?? '',
      buyer: invoice.buyer,
      currency: invoice.currency,
      lines: lines.map((line) => ({ ...invoice.lines[line.line], ...line })),
    }),
  );
  const id = seeded.dice.uuid(atMs);
  const createdAt = new Date(atMs).toISOString();
  const invoiceId = invoice.id;
  batch.rows.credit_note.push({
    id,
    invoiceId,
    ...place,
    ...printed,
    ...totals,
    ...seal,
    createdAt,
  });
  for (const { line: position, quantity, netMinor } of lines) {
    batch.rows.credit_note_line.push({ creditNoteId: id, invoiceId, position, quantity, netMinor });
  }
  const quantities = new Map(lines.map(({ line, quantity }) => [line, 1000 * Number(quantity)]));
  const text = { reference: `credit:${id}`, note: number };
  batch.stock.events.push(...returned(seeded, atMs, text, (line) => quantities.get(line) ?? 0));
}
