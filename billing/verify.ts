import type { Database } from 'platform/database';

import { type Sealed, sealOf } from './chain.ts';
import type { CreditNote } from './credit-contract.ts';
import { type CreditedQuantities, creditOf } from './credits.ts';
import { scaled } from './decimal.ts';
import { sealedCreditNote, sealedInvoice } from './documents.ts';
import type { Invoice, Totals } from './invoice-contract.ts';
import { addDays, invoiceNumber } from './invoices.ts';
import { computeTotals } from './totals.ts';
import {
  creditNotes,
  creditNotesOf,
  issuedInvoices,
  paymentsOf,
  type Place,
  refusedStock,
  type SeriesCounter,
  seriesCounters,
} from './verify-store.ts';

/** What is wrong, in words, with the document that it is wrong with. */
export type Finding = { readonly document: string; readonly complaint: string };

export type Verification = {
  readonly invoices: number;
  readonly creditNotes: number;
  /** The first ones: where a chain is broken early, all documents after it are wrong. */
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly omitted: number;
};

const MOST_FINDINGS = 1000;

/**
 * Reads every issued document again and says what does not hold: numbers without a gap, dates in
 * order, seals that follow from each other, totals that follow from the lines, what is paid and
 * credited, and stock that could not be taken.
 */
export function verify(sql: Database): Promise<Verification> {
  // One view of the data from beginning to end, whatever is written meanwhile.
  return sql.begin('isolation level repeatable read read only', async (tx) => {
    const findings: Finding[] = [];
    const count = { invoices: 0, creditNotes: 0, omitted: 0 };
    const say: Say = (document, complaint) => {
      if (findings.length < MOST_FINDINGS) findings.push({ document, complaint });
      else count.omitted += 1;
    };
    const chains = createChains(say);
    for await (const batch of issuedInvoices(tx)) {
      count.invoices += batch.length;
      const paid = await paymentsOf(tx, batch);
      const notes = await creditNotesOf(tx, batch);
      for (const invoice of batch) {
        chains.follow({ ...invoice, number: invoice.number ?? '' }, sealedInvoice(invoice));
        const credited = notes.get(invoice.id) ?? [];
        checkInvoice(invoice, { paidMinor: paid.get(invoice.id) ?? 0, credited }, say);
        checkCreditNotes(invoice, credited, say);
      }
    }
    for await (const batch of creditNotes(tx)) {
      count.creditNotes += batch.length;
      for (const note of batch) chains.follow(note, sealedCreditNote(note));
    }
    chains.end(await seriesCounters(tx));
    for (const { number, lastError } of await refusedStock(tx)) {
      say(number, `Its stock is refused: ${lastError}`);
    }
    return { ...count, findings };
  });
}

type Say = (document: string, complaint: string) => void;
type Numbered = Place & { readonly number: string; readonly issueDate: string | null };

const keyOf = ({ series, year }: { series: string; year: number }) => `${series}${year}`;

/** The documents of each series in turn, as they come by in their order. */
function createChains(say: Say) {
  const ends = new Map<string, { seq: number; hash: string }>();
  /** The last one of each series, whatever its year. */
  const days = new Map<string, string>();

  const checkDay = ({ series, year, number, issueDate }: Numbered): void => {
    const day = issueDate ?? '';
    const last = days.get(series) ?? '';
    if (day < last) say(number, `It is dated before ${last}`);
    if (!day.startsWith(`${year}-`)) say(number, 'It is dated in another year');
    days.set(series, day);
  };

  return {
    follow(numbered: Numbered, document: Sealed): void {
      const key = keyOf(numbered);
      const before = ends.get(key) ?? { seq: 0, hash: '' };
      const { seq, number, previousHash, hash } = numbered;
      if (seq !== before.seq + 1) say(number, `It follows number ${before.seq} of ${key}`);
      if (number !== invoiceNumber(numbered)) say(number, 'Its number is not that of its series');
      checkDay(numbered);
      if (previousHash !== before.hash) say(number, 'The chain is broken before it');
      if (hash !== sealOf(previousHash ?? '', document)) say(number, 'It is not what was sealed');
      ends.set(key, { seq, hash: hash ?? '' });
    },
    end(counters: readonly SeriesCounter[]): void {
      for (const { lastSeq, lastHash, ...counter } of counters) {
        const key = keyOf(counter);
        const { seq, hash } = ends.get(key) ?? { seq: 0, hash: '' };
        if (lastSeq !== seq) say(key, `${lastSeq} numbers were given, the last one is ${seq}`);
        if (lastHash !== hash) say(key, 'The chain is cut at its end');
        ends.delete(key);
      }
      for (const key of ends.keys()) say(key, 'Its numbers were never given');
    },
  };
}

function checkInvoice(
  invoice: Invoice,
  { paidMinor, credited }: { paidMinor: number; credited: readonly CreditNote[] },
  say: Say,
): void {
  const number = invoice.number ?? invoice.id;
  const { lines, totals } = computeTotals(invoice);
  if (lines.some(({ netMinor }, index) => netMinor !== invoice.lines[index]?.netMinor)) {
    say(number, 'A line does not come to what it says');
  }
  if (!isSame(totals, invoice.totals)) say(number, 'The totals do not follow from the lines');
  if (invoice.paidMinor !== paidMinor) say(number, `Its payments come to ${paidMinor}`);
  const creditedMinor = credited.reduce((sum, note) => sum + note.totals.grossMinor, 0);
  if (invoice.creditedMinor !== creditedMinor) {
    say(number, `Its credit notes come to ${creditedMinor}`);
  }
  const dueDate = addDays(invoice.issueDate ?? '', invoice.dueDays);
  if (invoice.dueDate !== dueDate) say(number, `It is due on ${dueDate}`);
  const isSettled = invoice.balanceMinor <= 0;
  if (invoice.status !== 'void' && isSettled !== (invoice.status === 'paid')) {
    say(number, `It is ${invoice.status} with ${invoice.balanceMinor} due`);
  }
}

/** In the order in which they were made, each is what the ones before it have left. */
function checkCreditNotes(invoice: Invoice, notes: readonly CreditNote[], say: Say): void {
  let before: CreditedQuantities = new Map();
  for (const note of notes) {
    const now = new Map(note.lines.map(({ line, quantity }) => [line, scaled(quantity, 3)]));
    const { lines, totals } = creditOf(invoice, before, now);
    const nets = new Map(lines.map(({ line, netMinor }) => [line, netMinor]));
    if (note.lines.some(({ line, netMinor }) => nets.get(line) !== netMinor)) {
      say(note.number, 'A line does not come to what it says');
    }
    if (!isSame(totals, note.totals)) say(note.number, 'The totals do not follow from the lines');
    before = new Map([
      ...before,
      ...[...now].map(([line, quantity]) => [line, (before.get(line) ?? 0n) + quantity] as const),
    ]);
  }
}

const isSame = (one: Totals, other: Totals): boolean => Bun.deepEquals(one, other);
