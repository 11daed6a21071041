import type { Customer } from 'customer/contract';
import { conflict, invalid, ProblemError } from 'platform/problem';

import type { Buyer, Invoice, InvoiceLine, Totals } from './invoice-contract.ts';
import { computeTotals } from './totals.ts';

/** A line whose every field is known, but for what it comes to. */
export type DraftLine = Omit<InvoiceLine, 'netMinor'>;

/** All that a draft says. */
export type Draft = Pick<
  Invoice,
  | 'customerId'
  | 'buyer'
  | 'currency'
  | 'dueDays'
  | 'dueEndOfMonth'
  | 'notes'
  | 'operation'
  | 'deliveredOn'
  | 'deliveryAddress'
  | 'discountBp'
  | 'pricesIncludeVat'
> & {
  readonly lines: readonly DraftLine[];
};

export type PricedDraft = Omit<Draft, 'lines'> & {
  readonly lines: readonly InvoiceLine[];
  readonly totals: Totals;
};

/** The draft with its amounts; throws 422 when they are too large to be exact. */
export function priced(draft: Draft): PricedDraft {
  try {
    const { lines, totals } = computeTotals(draft);
    return {
      ...draft,
      lines: draft.lines.map((line, index) => ({
        ...line,
        netMinor: lines[index]?.netMinor ?? 0,
      })),
      totals,
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return invalid([{ pointer: '/lines', code: 'too_big', detail: 'The amounts are too large' }]);
  }
}

/** Throws 409 for an invoice that was issued. */
export function assertDraft({ status, number }: Invoice): void {
  if (status === 'draft') return;
  conflict('not-a-draft', 'The invoice was issued and cannot change', {
    detail: `Invoice ${number} is ${status}`,
  });
}

/** Throws 409, or 422 without lines, for an invoice that cannot be issued. */
export function assertIssuable(invoice: Invoice): void {
  assertDraft(invoice);
  if (invoice.lines.length > 0) return;
  invalid([{ pointer: '/lines', code: 'too_small', detail: 'An invoice needs a line at least' }]);
}

/** 409: the draft cannot be touched just now. */
export function beingIssued(): ProblemError {
  return new ProblemError(409, 'being-issued', 'The invoice is being issued', {
    detail: 'Try again in a moment',
    headers: { 'Retry-After': '1' },
  });
}

/** Throws 409 when the invoice owes nothing, or less than is paid. */
export function assertPayable(invoice: Invoice, amountMinor: number): void {
  const { status, number, balanceMinor, currency } = invoice;
  if (status === 'draft' || status === 'void') {
    conflict('not-open', 'The invoice cannot be paid', {
      detail: status === 'draft' ? 'It was not issued yet' : `Invoice ${number} is void`,
    });
  }
  if (amountMinor <= balanceMinor) return;
  conflict('overpaid', 'The payment exceeds what is due', {
    detail: `${amountMinor} is paid and ${balanceMinor} is due, in minor units of ${currency}`,
    errors: [
      { pointer: '/amountMinor', code: 'too_big', detail: `At most ${balanceMinor} is due` },
    ],
  });
}

/** Throws 409 unless the invoice is open and nothing was paid on it or credited. */
export function assertVoidable({ status, number, paidMinor, creditedMinor }: Invoice): void {
  if (status !== 'open' && status !== 'uncollectible') {
    conflict('not-open', 'Only an open invoice can be made void', {
      detail: status === 'draft' ? 'It was not issued yet' : `Invoice ${number} is ${status}`,
    });
  }
  if (creditedMinor > 0) {
    conflict('already-credited', 'The invoice has a credit note', {
      detail: `Credit what is left of invoice ${number} instead`,
    });
  }
  if (paidMinor === 0) return;
  conflict('already-paid', 'Something was paid on the invoice', {
    detail: `${paidMinor} was paid on invoice ${number}, in minor units`,
  });
}

/** Throws 409 unless the invoice is open. */
export function assertOpen({ status, number }: Invoice): void {
  if (status === 'open') return;
  conflict('not-open', 'Only an open invoice can be given up', {
    detail: status === 'draft' ? 'It was not issued yet' : `Invoice ${number} is ${status}`,
  });
}

/** The number as it is printed: `F2026-00001`. */
export function invoiceNumber({
  series,
  year,
  seq,
}: {
  series: string;
  year: number;
  seq: number;
}) {
  return `${series}${year}-${String(seq).padStart(5, '0')}`;
}

/** The customer as an invoice names it. */
export function buyerOf(customer: Customer): Buyer {
  const { name, email, street, postalCode, city, country, siren, vatNumber } = customer;
  return { name, email, street, postalCode, city, country, siren, vatNumber };
}
