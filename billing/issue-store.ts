import type { Transaction } from 'platform/database';

import { sealOf } from './chain.ts';
import { sealedInvoice } from './documents.ts';
import type { Invoice } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { addDays } from './invoices.ts';
import { noteSeal, takeNumber } from './number-store.ts';
import { readSettings } from './settings-store.ts';
import { mentionsOf } from './settings.ts';
import { only } from './store.ts';

/**
 * Issues a draft that the transaction holds: the next number, the dates, who sells and who buys, what
 * the law wants printed, and the seal over all of it and over the invoice before.
 */
export async function issueInvoice(tx: Transaction, draft: Invoice): Promise<Invoice> {
  const settings = await readSettings(tx);
  const { invoiceSeries: series, timeZone, seller, language } = settings;
  const mentions = mentionsOf(settings, draft);
  const taken = await takeNumber(tx, { series, timeZone });
  const dueDate = addDays(taken.issueDate, draft.dueDays);
  const { number, issueDate } = taken;
  const hash = sealOf(
    taken.previousHash,
    sealedInvoice({ ...draft, number, issueDate, dueDate, seller, mentions, language }),
  );
  const issued = {
    ...taken,
    dueDate,
    language,
    hash,
    seller: tx.json(seller),
    buyer: tx.json(draft.buyer),
    mentions: tx.json(mentions),
  };
  // Sent together: others wait for the series until this transaction ends.
  const [rows] = await Promise.all([
    tx`
      update invoice
      set ${tx(issued)},
          status = case when gross_minor = 0 then 'paid' else 'open' end,
          version = version + 1,
          updated_at = now()
      where id = ${draft.id}
      returning ${invoiceColumns(tx)}
    `,
    noteSeal(tx, taken, hash),
  ]);
  return only(invoicesOf(rows));
}
