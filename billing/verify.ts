import type { Database } from 'platform/database';

import { sealedCreditNote, sealedInvoice } from './documents.ts';
import { createChains, type Say } from './verify-chains.ts';
import { checkCreditNotes, checkInvoice } from './verify-documents.ts';
import {
  creditNotes,
  creditNotesOf,
  issuedInvoices,
  paymentsOf,
  refusedStock,
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
      for (const { place, read } of batch) {
        chains.follow(place);
        orSay(say, place.number, () => {
          const invoice = read();
          chains.checkSeal(place, sealedInvoice(invoice));
          const credited = (notes.get(place.id) ?? []).map((note) => note.read());
          checkInvoice(invoice, { paidMinor: paid.get(place.id) ?? 0, credited }, say);
          checkCreditNotes(invoice, credited, say);
        });
      }
    }
    for await (const batch of creditNotes(tx)) {
      count.creditNotes += batch.length;
      for (const { place, read } of batch) {
        chains.follow(place);
        orSay(say, place.number, () => chains.checkSeal(place, sealedCreditNote(read())));
      }
    }
    chains.end(await seriesCounters(tx));
    for (const { number, lastError } of await refusedStock(tx)) {
      say(number, `Its stock is refused: ${lastError}`);
    }
    return { ...count, findings };
  });
}

/** What cannot even be read, or counted, is wrong as well, and the rest is looked at all the same. */
function orSay(say: Say, document: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    say(document, `It cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
