import type { Invoice, InvoiceInput, InvoiceLine } from 'billing/invoice-contract';
import { type AmountLine, type ComputedTotals, computeTotals } from 'billing/totals';
import type { Customer } from 'customer/contract';
import type { Product } from 'inventory/contract';

import { vatCode, vatOf } from '../settings/vat-choices.ts';

/** A line as the editor holds it; empty strings where nothing was chosen or typed yet. */
export type DraftLine = {
  productId: string;
  /** What the invoice will say; the product's name, and what the picker shows. */
  description: string;
  quantity: string;
  unitPrice: string;
  discountBp: number;
  /** As `vatCode` writes it. */
  vat: string;
};

export type Draft = {
  customerId: string;
  customerName: string;
  currency: string;
  /** Null where it is as the customer's terms or the settings say. */
  dueDays: number | null;
  dueEndOfMonth: boolean;
  notes: string;
  /** `2026-11-22`; empty where it is the day of issue. */
  deliveredOn: string;
  /** Empty where it is the customer's own. */
  deliveryAddress: string;
  /** Of the invoice as a whole. */
  discountBp: number;
  pricesIncludeVat: boolean;
  lines: DraftLine[];
};

export function emptyLine(): DraftLine {
  return {
    productId: '',
    description: '',
    quantity: '1',
    unitPrice: '',
    discountBp: 0,
    vat: 'S 2000',
  };
}

/**
 * The same line once more. Field by field, since the form marks its lines with a symbol by which it
 * tells them apart, and a spread would copy that too.
 */
export function copyOf(line: DraftLine): DraftLine {
  const { productId, description, quantity, unitPrice, discountBp, vat } = line;
  return { productId, description, quantity, unitPrice, discountBp, vat };
}

/** Whether nothing was entered in a line; such lines are left out when the draft is saved. */
export function isBlank({ productId, quantity, unitPrice }: DraftLine): boolean {
  return productId === '' && quantity === '1' && unitPrice === '';
}

export function draftOf(invoice: Invoice | undefined): Draft {
  if (invoice === undefined) return { ...NEW_DRAFT, lines: [emptyLine()] };
  const { customerId, buyer, currency, dueDays, dueEndOfMonth, notes } = invoice;
  const { deliveredOn, deliveryAddress, discountBp, pricesIncludeVat, lines } = invoice;
  return {
    customerId,
    customerName: buyer.name,
    currency,
    dueDays,
    dueEndOfMonth,
    notes,
    deliveredOn: deliveredOn ?? '',
    deliveryAddress,
    discountBp,
    pricesIncludeVat,
    lines: lines.length > 0 ? lines.map(lineOf) : [emptyLine()],
  };
}

function lineOf(line: InvoiceLine): DraftLine {
  return copyOf({ ...line, vat: vatCode(line) });
}

const NEW_DRAFT = {
  customerId: '',
  customerName: '',
  currency: 'EUR',
  dueDays: null,
  dueEndOfMonth: false,
  notes: '',
  deliveredOn: '',
  deliveryAddress: '',
  discountBp: 0,
  pricesIncludeVat: false,
};

/** The draft as it is sent; blank lines have to be gone, so that pointers fit. */
export function inputOf(draft: Draft): InvoiceInput {
  const { customerName: _, dueDays, dueEndOfMonth, ...said } = draft;
  const { notes, deliveredOn, deliveryAddress, lines, ...rest } = said;
  return {
    ...rest,
    ...(dueDays === null ? {} : { dueDays }),
    ...(dueDays === null && !dueEndOfMonth ? {} : { dueEndOfMonth }),
    notes: notes.trim(),
    deliveredOn: deliveredOn || null,
    deliveryAddress: deliveryAddress.trim(),
    lines: lines.map(({ vat, ...line }) => ({ ...line, ...vatOf(vat) })),
  };
}

export function withoutBlanks(draft: Draft): Draft {
  return { ...draft, lines: draft.lines.filter((line) => !isBlank(line)) };
}

/**
 * The draft for a customer that was chosen, in the customer's currency and with his terms. What was a price in another
 * one is not one any more, and has to be said again.
 */
export function draftFor(
  draft: Draft,
  customer: Pick<Customer, 'id' | 'name' | 'currency' | 'dueDays' | 'dueEndOfMonth'>,
): Draft {
  const { id, name, currency, dueDays, dueEndOfMonth } = customer;
  const lines = draft.lines.map((line) => ({ ...copyOf(line), unitPrice: '' }));
  return {
    ...draft,
    ...(currency === draft.currency ? {} : { currency, lines }),
    customerId: id,
    customerName: name,
    dueDays,
    dueEndOfMonth: dueDays !== null && dueEndOfMonth,
  };
}

/**
 * The line for a product that was chosen: its name, price and VAT, the quantity as it was. A price in
 * another currency than the draft's is left open.
 */
export function lineFor(
  line: DraftLine,
  product: Pick<Product, 'id' | 'name' | 'unitPrice' | 'currency' | 'vatRateBp' | 'vatCategory'>,
  currency: string,
): DraftLine {
  return {
    ...line,
    productId: product.id,
    description: product.name,
    unitPrice: product.currency === currency ? product.unitPrice : '',
    vat: vatCode(product),
  };
}

/** The VAT that all lines bear; empty where they differ, leaving those aside that are blank. */
export function commonVat({ lines }: Draft): string {
  const entered = lines.filter((line) => !isBlank(line));
  const [vat = '', ...others] = new Set(
    (entered.length > 0 ? entered : lines).map(({ vat }) => vat),
  );
  return others.length === 0 ? vat : '';
}

/** What the draft comes to as it stands; a line that is not complete yet counts nothing. */
export function totalsOf({ lines, ...draft }: Draft): ComputedTotals {
  const entered = lines.filter((line) => !isBlank(line));
  const { lines: nets, totals } = computeTotals({ ...draft, lines: entered.map(countable) });
  const netOf = new Map(entered.map((line, index) => [line, nets[index]]));
  return { totals, lines: lines.map((line) => netOf.get(line) ?? { netMinor: 0 }) };
}

/** How much of each product the draft asks for in all its lines. */
export function demandOf({ lines }: Draft): Map<string, number> {
  const demand = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    if (productId !== '') demand.set(productId, (demand.get(productId) ?? 0) + Number(quantity));
  }
  return demand;
}

function countable({ quantity, unitPrice, discountBp, vat }: DraftLine): AmountLine {
  return {
    quantity: /^\d{1,9}(\.\d{1,3})?$/.test(quantity) ? quantity : '0',
    unitPrice: /^\d{1,12}(\.\d{1,6})?$/.test(unitPrice) ? unitPrice : '0',
    discountBp,
    ...vatOf(vat),
  };
}
