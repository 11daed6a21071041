import type { CreditNote, NewCreditNote } from 'billing/credit-contract';
import type { Invoice } from 'billing/invoice-contract';
import type { VatKind } from 'billing/vat-groups';

import { fromScaled, toScaled } from '../ui/decimal.ts';

/** A line of an invoice of which something can still be credited. */
export type CreditableLine = {
  /** Counted from 0, as the API does. */
  readonly line: number;
  readonly description: string;
  readonly unit: string;
  readonly vat: VatKind;
  /** How much is left of it, `"2.5"`. */
  readonly left: string;
};

/** What is left of each line once the credit notes there are have taken theirs. */
export function creditableLines(
  { lines }: Pick<Invoice, 'lines'>,
  notes: readonly Pick<CreditNote, 'lines'>[],
): CreditableLine[] {
  return lines.flatMap(({ description, unit, quantity, vatCategory, vatRateBp }, line) => {
    const credited = notes
      .flatMap((note) => note.lines)
      .filter((other) => other.line === line)
      .reduce((sum, other) => sum + thousandths(other.quantity), 0);
    const left = thousandths(quantity) - credited;
    return left > 0
      ? [{ line, description, unit, vat: { vatCategory, vatRateBp }, left: fromScaled(left, 3) }]
      : [];
  });
}

/** The lines of a new credit note: those with a quantity. */
export function creditedLines(
  lines: readonly CreditableLine[],
  quantities: readonly string[],
): NewCreditNote['lines'] {
  return lines.flatMap(({ line }, index) => {
    const quantity = quantities[index] ?? '';
    return thousandths(quantity) > 0 ? [{ line, quantity }] : [];
  });
}

const thousandths = (quantity: string) => toScaled(quantity, 3) ?? 0;
