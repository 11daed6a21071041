import { auditRow } from 'platform/audit-store';
import type { CopyRow } from 'platform/copy-rows';

import { type InvoiceAction, told } from './history.ts';
import type { Invoice } from './invoice-contract.ts';

/** Something that was done to a made-up invoice, and what of the invoice that changed. */
export type SeededStep = {
  readonly action: InvoiceAction;
  readonly atMs: number;
  readonly change: (invoice: Invoice) => Partial<Invoice>;
};

/** What becomes of a draft by these steps in the order of their moments, and what its history tells. */
export function takeSteps(
  draft: Invoice,
  steps: readonly SeededStep[],
): { readonly invoice: Invoice; readonly history: CopyRow[] } {
  const history: CopyRow[] = [noted('created', undefined, draft)];
  let invoice = draft;
  for (const { action, atMs, change } of steps.toSorted((one, other) => one.atMs - other.atMs)) {
    const before = invoice;
    const updatedAt = new Date(atMs).toISOString();
    invoice = { ...before, ...change(before), version: before.version + 1, updatedAt };
    history.push(noted(action, before, invoice));
  }
  return { invoice, history };
}

/** The amounts of an invoice once something more was paid or credited, and its state then. */
export function balanced(
  invoice: Invoice,
  { paidMinor = 0, creditedMinor = 0 }: { paidMinor?: number; creditedMinor?: number },
): Partial<Invoice> {
  const paid = invoice.paidMinor + paidMinor;
  const credited = invoice.creditedMinor + creditedMinor;
  const balanceMinor = invoice.totals.grossMinor - paid - credited;
  return {
    paidMinor: paid,
    creditedMinor: credited,
    balanceMinor,
    ...(balanceMinor <= 0 ? { status: 'paid' } : {}),
  };
}

function noted(action: InvoiceAction, before: Invoice | undefined, after: Invoice): CopyRow {
  return { ...auditRow(after.id, action, told(before, after)), at: after.updatedAt };
}
