import type { Invoice } from 'billing/invoice-contract';
import type { FieldError } from 'platform/contract';

import type { Dictionary } from '../i18n/dictionary.ts';
import { explainField } from '../i18n/explain.ts';

/** One reason why a draft cannot be issued. */
export type Refusal = {
  readonly text: string;
  /** The lines that it is about, as a person calls them. */
  readonly lines: readonly string[];
  /** Where it can be mended, if that is another page. */
  readonly mend: { readonly url: string; readonly label: string } | undefined;
};

/** What the server refused, each reason once, with all the lines that it is about. */
export function refusalsOf(
  errors: readonly FieldError[],
  invoice: Pick<Invoice, 'customerId' | 'lines'>,
  t: Dictionary,
): Refusal[] {
  const byText = Map.groupBy(errors, (error) => explainField(error, t));
  return Array.from(byText, ([text, alike]) => ({
    text,
    lines: [...new Set(alike.flatMap(({ pointer }) => lineOf(pointer)))].map((index) =>
      t.invoices.cell(invoice.lines[index]?.description ?? '', index + 1),
    ),
    mend: alike.map((error) => mendOf(error, invoice.customerId, t)).find(Boolean),
  }));
}

function lineOf(pointer: string): number[] {
  const index = /^\/lines\/(\d+)/.exec(pointer)?.[1];
  return index === undefined ? [] : [Number(index)];
}

function mendOf({ pointer, code }: FieldError, customerId: string, { invoices }: Dictionary) {
  if (pointer.startsWith('/buyer/')) {
    return { url: `/customers/${customerId}/edit`, label: invoices.completeCustomer };
  }
  const isInSettings = pointer.startsWith('/seller/') || code === 'exemption_missing';
  return isInSettings ? { url: '/settings', label: invoices.completeSettings } : undefined;
}
