import { expect, test } from 'bun:test';

import type { CreditNote } from './credit-contract.ts';
import { creditOf } from './credits.ts';
import type { Invoice } from './invoice-contract.ts';
import { checkCreditNotes } from './verify-documents.ts';

const line = (quantity: string, unitPrice: string, vatRateBp: number) => ({
  quantity,
  unitPrice,
  discountBp: 0,
  vatRateBp,
  vatCategory: 'S' as const,
});

/** As much of an invoice as its credit notes are compared with. */
const invoiceOf = (pricesIncludeVat: boolean): Invoice =>
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the rest is not read
  ({
    currency: 'EUR',
    pricesIncludeVat,
    lines: [line('3', '41.99', 2000), line('2', '15.82', 2000), line('4', '17.76', 550)],
  }) as unknown as Invoice;

/** What is said of a note over all three lines whose amounts lie otherwise by these cents. */
function complaintsOf(invoice: Invoice, cents: readonly number[]): string[] {
  const now = new Map([0, 1, 2].map((index) => [index, 2000n]));
  const { lines, totals } = creditOf(invoice, new Map(), now);
  const moved = lines.map((one, index) => ({
    ...one,
    netMinor: one.netMinor + (cents[index] ?? 0),
  }));
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- the rest is not read
  const note = { number: 'A2026-00001', lines: moved, totals } as unknown as CreditNote;
  const complaints: string[] = [];
  checkCreditNotes(invoice, [note], (_, complaint) => complaints.push(complaint));
  return complaints;
}

test('a cent may lie on either line of a VAT group where prices include VAT', () => {
  expect(complaintsOf(invoiceOf(true), [0, 0, 0])).toEqual([]);
  expect(complaintsOf(invoiceOf(true), [-1, 1, 0])).toEqual([]);
  expect(complaintsOf(invoiceOf(true), [-1, 0, 1])).toHaveLength(1);
  expect(complaintsOf(invoiceOf(true), [1, 0, 0])).toHaveLength(1);
});

test('where they do not, each line of a credit note comes to what it says', () => {
  expect(complaintsOf(invoiceOf(false), [0, 0, 0])).toEqual([]);
  expect(complaintsOf(invoiceOf(false), [-1, 1, 0])).toHaveLength(1);
});
