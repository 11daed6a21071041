import type { CreditNote } from './credit-contract.ts';
import { type Credit, type CreditedQuantities, creditOf } from './credits.ts';
import { dueDateOf } from './days.ts';
import { scaled } from './decimal.ts';
import type { Invoice, Totals } from './invoice-contract.ts';
import { computeTotals } from './totals.ts';
import { vatKey } from './vat-groups.ts';
import type { Say } from './verify-chains.ts';

/** What was paid and credited of an invoice, as its payments and credit notes say. */
export type Settled = { readonly paidMinor: number; readonly credited: readonly CreditNote[] };

/** Says what of an invoice does not follow from its lines, or from what was paid and credited. */
export function checkInvoice(invoice: Invoice, { paidMinor, credited }: Settled, say: Say): void {
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
  const dueDate = dueDateOf(invoice.issueDate ?? '', invoice);
  if (invoice.dueDate !== dueDate) say(number, `It is due on ${dueDate}`);
  checkState(invoice, say);
}

function checkState(invoice: Invoice, say: Say): void {
  const { id, number, status, balanceMinor, paidMinor, creditedMinor, voidReason } = invoice;
  const complain = (complaint: string) => say(number ?? id, complaint);
  if (status !== 'void') {
    if (balanceMinor <= 0 !== (status === 'paid')) {
      complain(`It is ${status} with ${balanceMinor} due`);
    }
    if (voidReason !== '') complain(`It is ${status}, and says why it is void`);
    return;
  }
  if (paidMinor > 0) complain(`It is void with ${paidMinor} paid`);
  if (creditedMinor > 0) complain(`It is void with ${creditedMinor} credited`);
}

/** Says which credit notes of an invoice do not follow: in the order in which they were made, each is what the ones before it have left. */
export function checkCreditNotes(invoice: Invoice, notes: readonly CreditNote[], say: Say): void {
  let before: CreditedQuantities = new Map();
  for (const note of notes) {
    const now = new Map(note.lines.map(({ line, quantity }) => [line, scaled(quantity, 3)]));
    const { lines, totals } = creditOf(invoice, before, now);
    if (!Bun.deepEquals(netsOf(invoice, note.lines), netsOf(invoice, lines))) {
      say(note.number, 'A line does not come to what it says');
    }
    if (!isSame(totals, note.totals)) say(note.number, 'The totals do not follow from the lines');
    before = new Map([
      ...before,
      ...[...now].map(([line, quantity]) => [line, (before.get(line) ?? 0n) + quantity] as const),
    ]);
  }
}

/**
 * What lines of a credit note come to: each, or, where prices include VAT, those of one VAT group
 * together. How a group's cents lie among its lines is then a matter of choice, the seal holds each of
 * them, and it was chosen otherwise once.
 */
function netsOf(
  { lines, pricesIncludeVat }: Invoice,
  credited: Credit['lines'],
): ReadonlyMap<string, number> {
  const nets = new Map<string, number>();
  for (const { line, netMinor } of credited) {
    const of = lines[line];
    const key = pricesIncludeVat && of ? vatKey(of) : `${line}`;
    nets.set(key, (nets.get(key) ?? 0) + netMinor);
  }
  return nets;
}

const isSame = (one: Totals, other: Totals): boolean => Bun.deepEquals(one, other);
