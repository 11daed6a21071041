import { CurrencyCode, Id } from 'platform/fields';
import { listQuery } from 'platform/paging';
import * as z from 'zod';

import { INVOICE_STATUSES } from './invoice-contract.ts';
import { RecentDay } from './payment-contract.ts';

export const ById = z.object({ id: Id });

/** What lists of invoices are filtered and sorted by. */
export const InvoiceListQuery = listQuery([
  'number',
  'customerName',
  'issueDate',
  'dueDate',
  'grossMinor',
  'createdAt',
]).extend({
  status: z.enum(INVOICE_STATUSES).optional(),
  /** What follows from dates and amounts. */
  state: z.enum(['overdue', 'partly-paid', 'credited']).optional(),
  customerId: Id.optional(),
  issuedFrom: RecentDay.optional(),
  issuedTo: RecentDay.optional(),
  dueFrom: RecentDay.optional(),
  dueTo: RecentDay.optional(),
  /** Something was paid on them from and to these days. */
  paidFrom: RecentDay.optional(),
  paidTo: RecentDay.optional(),
  currency: CurrencyCode.optional(),
});

/** Ledgers are never searched: of one invoice they are short. */
export const LedgerQuery = listQuery(['createdAt']).omit({ q: true });
export type LedgerQuery = z.output<typeof LedgerQuery>;
