import { categoryOfRate } from 'inventory/vat-category';

import type { Sealed } from './chain.ts';
import type { CreditNote } from './credit-contract.ts';
import type { Invoice } from './invoice-contract.ts';
import type { VatKind } from './vat-groups.ts';

/** What of an issued invoice is sealed: all that is printed, and nothing that may still change. */
export const sealedInvoice = (invoice: Invoice): Sealed => ({
  ...sealedDelivery(invoice),
  kind: 'invoice',
  number: invoice.number,
  issueDate: invoice.issueDate,
  dueDate: invoice.dueDate,
  customerId: invoice.customerId,
  seller: invoice.seller,
  buyer: invoice.buyer,
  mentions: invoice.mentions,
  language: invoice.language,
  currency: invoice.currency,
  notes: invoice.notes,
  discountBp: invoice.discountBp,
  pricesIncludeVat: invoice.pricesIncludeVat,
  ...sealedVat(invoice),
});

/** Only what is said: older invoices were sealed without it. */
const sealedDelivery = ({ deliveredOn, deliveryAddress }: Invoice): Sealed => ({
  ...(deliveredOn === null ? {} : { deliveredOn }),
  ...(deliveryAddress === '' ? {} : { deliveryAddress }),
});

/** Without the kind of its prices, which the invoice says that it credits, and seals. */
type PrintedCreditNote = Omit<
  CreditNote,
  'id' | 'invoiceId' | 'pricesIncludeVat' | 'lines' | 'version' | 'createdAt'
> & {
  readonly lines: readonly Partial<VatKind>[];
};

/** What of a credit note is sealed. */
export const sealedCreditNote = (note: PrintedCreditNote): Sealed => ({
  kind: 'credit-note',
  number: note.number,
  invoiceNumber: note.invoiceNumber,
  issueDate: note.issueDate,
  reason: note.reason,
  restock: note.restock,
  seller: note.seller,
  buyer: note.buyer,
  mentions: note.mentions,
  language: note.language,
  currency: note.currency,
  ...sealedVat(note),
});

/** Only the categories that their rate does not tell: older documents were sealed without any. */
const sealedVat = ({ lines, totals }: Pick<PrintedCreditNote, 'lines' | 'totals'>): Sealed => ({
  lines: lines.map(sealedCategory),
  totals: { ...totals, vat: totals.vat.map(sealedCategory) },
});

function sealedCategory({ vatCategory, ...part }: Partial<VatKind>): Sealed {
  return vatCategory === categoryOfRate(part.vatRateBp ?? 0) ? part : { ...part, vatCategory };
}
