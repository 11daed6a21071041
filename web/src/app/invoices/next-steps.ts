import type { Invoice } from 'billing/invoice-contract';

/** What an invoice's state allows; the server has the last word. */
export const canBe = {
  paid: ({ status, balanceMinor }: Pick<Invoice, 'status' | 'balanceMinor'>) =>
    (status === 'open' || status === 'uncollectible') && balanceMinor > 0,
  credited: ({ status, creditedMinor, totals }: Invoice) =>
    status !== 'draft' && status !== 'void' && creditedMinor < totals.grossMinor,
  voided: ({ status, paidMinor, creditedMinor }: Invoice) =>
    (status === 'open' || status === 'uncollectible') && paidMinor === 0 && creditedMinor === 0,
  writtenOff: ({ status, balanceMinor }: Invoice) => status === 'open' && balanceMinor > 0,
};
