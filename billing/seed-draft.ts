import type { Invoice } from './invoice-contract.ts';
import { operationOf } from './references.ts';
import type { SeededInvoice } from './seed-invoice.ts';

/** The made-up invoice as it is before it is issued. */
export function draftOf(seeded: SeededInvoice): Invoice {
  const createdAt = new Date(seeded.atMs).toISOString();
  const { id, customerId, buyer, dueDays, notes, discountBp, totals } = seeded;
  const lines = seeded.lines.map(({ line }) => line);
  return {
    id,
    status: 'draft',
    number: null,
    customerId,
    seller: null,
    buyer,
    mentions: [],
    language: null,
    currency: 'EUR',
    issueDate: null,
    dueDate: null,
    dueDays,
    dueEndOfMonth: false,
    notes,
    operation: operationOf(seeded.lines),
    deliveredOn: null,
    deliveryAddress: '',
    voidReason: '',
    discountBp,
    pricesIncludeVat: false,
    lines,
    totals,
    paidMinor: 0,
    creditedMinor: 0,
    balanceMinor: totals.grossMinor,
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
}
