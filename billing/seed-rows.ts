import { currencyExponent } from 'platform/currency';

import type { Invoice } from './invoice-contract.ts';
import type { SeededMove } from './seed-batch.ts';
import { dateOf, msOf, type SeededInvoice } from './seed-invoice.ts';

/** The row of an invoice; `place` is what only the database knows of it. */
export function invoiceRow(
  invoice: Invoice,
  place: {
    readonly series: string | null;
    readonly year: number | null;
    readonly seq: number | null;
    readonly previousHash: string | null;
    readonly hash: string | null;
  },
) {
  return {
    id: invoice.id,
    status: invoice.status,
    ...place,
    number: invoice.number,
    customerId: invoice.customerId,
    seller: invoice.seller,
    buyer: invoice.buyer,
    mentions: invoice.mentions,
    language: invoice.language,
    currency: invoice.currency,
    currencyExponent: currencyExponent(invoice.currency),
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    dueDays: invoice.dueDays,
    dueEndOfMonth: invoice.dueEndOfMonth,
    notes: invoice.notes,
    operation: invoice.operation,
    deliveredOn: invoice.deliveredOn,
    deliveryAddress: invoice.deliveryAddress,
    voidReason: invoice.voidReason,
    discountBp: invoice.discountBp,
    pricesIncludeVat: invoice.pricesIncludeVat,
    ...invoice.totals,
    paidMinor: invoice.paidMinor,
    creditedMinor: invoice.creditedMinor,
    version: invoice.version,
    createdAt: invoice.createdAt,
    updatedAt: invoice.updatedAt,
  };
}

export const lineRows = ({ id: invoiceId, lines }: SeededInvoice) =>
  lines.map(({ line }, position) => ({ invoiceId, position, ...line }));

/** What is paid of what is not credited. */
export function paymentsOf(
  { id: invoiceId, fate, totals, dice }: SeededInvoice,
  until: string,
  creditedMinor: number,
) {
  const dueMinor = totals.grossMinor - creditedMinor;
  let paidMinor = 0;
  return fate.paid.flatMap(({ day, share }) => {
    const amountMinor = Math.floor(dueMinor * share) - paidMinor;
    if (amountMinor <= 0) return [];
    paidMinor += amountMinor;
    const atMs = msOf(until, day) + PAID_AT_MS;
    return [
      {
        id: dice.uuid(atMs),
        invoiceId,
        amountMinor,
        paidOn: dateOf(atMs),
        method: dice.pick(['transfer', 'transfer', 'card', 'direct-debit', 'cheque']),
        reference: dice.chance(0.3) ? `VIR ${dice.between(100_000, 999_999)}` : '',
        createdAt: new Date(atMs).toISOString(),
      },
    ];
  });
}

/** Ten in the morning. */
const PAID_AT_MS = 36_000_000;

/** The goods of an invoice leave when it is issued. */
export const sold = ({ id, atMs, lines }: SeededInvoice): SeededMove[] =>
  lines
    .filter(({ trackStock }) => trackStock)
    .map(({ index, thousandths }) => ({
      index,
      thousandths: -thousandths,
      atMs,
      reason: 'sale',
      reference: id,
      note: '',
    }));

/** So much of each line comes back, and no more than was sold. */
export const returned = (
  { lines }: SeededInvoice,
  atMs: number,
  text: { readonly reference: string; readonly note: string },
  thousandthsOf: (line: number) => number,
): SeededMove[] =>
  lines.flatMap(({ index, thousandths, trackStock }, line) => {
    const back = Math.min(thousandths, thousandthsOf(line));
    if (!trackStock || back === 0) return [];
    return [{ index, thousandths: back, atMs, reason: 'return' as const, ...text }];
  });
