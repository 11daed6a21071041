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

/**
 * What the history of an invoice tells of a change. Whose name and address it is, it does not: the
 * customer is told, by the id, and is forgotten in one place.
 */
export const told = (before: Invoice | undefined, after: Invoice | undefined) => ({
  before: auditFields(before),
  after: auditFields(after),
  personal: ['buyer', 'deliveryAddress'] satisfies (keyof Invoice)[],
});

/** All but what every change changes, or what never does. */
function auditFields(invoice: Invoice | undefined): Partial<Invoice> {
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
