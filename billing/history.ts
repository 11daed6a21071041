import type { Invoice } from './invoice-contract.ts';

/** What can be done to an invoice. */
export type InvoiceAction =
  | 'created'
  | 'changed'
  | 'deleted'
  | 'issued'
  | 'paid'
  | 'credited'
  | 'voided'
  | 'written-off'
  /** Its stock can neither be taken nor brought back, and then could. */
  | 'stock-refused'
  | 'stock-settled';

/** What of an invoice its history tells: all but what every change changes, or what never does. */
export function auditFields(invoice: Invoice | undefined): Partial<Invoice> {
  if (invoice === undefined) return {};
  const {
    id: _id,
    version: _version,
    createdAt: _createdAt,
    updatedAt: _updatedAt,
    ...fields
  } = invoice;
  return fields;
}
