import { ANONYMISED } from 'customer/contract';
import { type Database, transact, type Transaction } from 'platform/database';

import { isBeingIssued } from './finalization-store.ts';
import { noteEvent } from './history-store.ts';
import type { Buyer } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { lock, only } from './store.ts';

/** Forgets the person of another service's record; only customers are persons. */
export async function forgetPerson(
  sql: Database,
  { collection, id }: { readonly collection: string; readonly id: string },
): Promise<undefined> {
  if (collection === 'customers') await forgetCustomer(sql, id);
}

/**
 * Forgets who a customer is: in drafts, in what repeated requests are answered, and among the names
 * that are searched. What was issued stays as it is. May be told any number of times.
 */
async function forgetCustomer(sql: Database, customerId: string): Promise<void> {
  const drafts = await sql<{ id: string }[]>`
    select id
    from invoice
    where customer_id = ${customerId} and status = 'draft'
      and (delivery_address <> '' or buyer <> ${sql.json(NOBODY)}::jsonb || ${countryOf(sql)})
  `;
  for (const { id } of drafts) await transact(sql, (tx) => forgetInDraft(tx, id));
  await forgetInReplies(sql, customerId);
  await forgetNames(sql);
}

const NOBODY: Omit<Buyer, 'country'> = {
  name: ANONYMISED,
  email: '',
  street: '',
  postalCode: '',
  city: '',
  siren: '',
  vatNumber: '',
};

const countryOf = (sql: Database) => sql`jsonb_build_object('country', buyer -> 'country')`;

/** A draft that is being issued is left to whoever issues it. */
async function forgetInDraft(tx: Transaction, id: string): Promise<void> {
  const [draft] = await tx`select from invoice where id = ${id} and status = 'draft' for update`;
  // Asked once it is locked: the statement that waits for the lock sees what was before it waited.
  if (draft === undefined || (await isBeingIssued(tx, id))) return;
  const current = await lock(tx, id);
  const { country } = current.buyer;
  const rows = await tx`
    update invoice
    set buyer = ${tx.json({ ...NOBODY, country })},
        delivery_address = '',
        version = version + 1,
        updated_at = now()
    where id = ${id}
    returning ${invoiceColumns(tx)}
  `;
  await noteEvent(tx, 'changed', current, only(invoicesOf(rows)));
}

async function forgetInReplies(sql: Database, customerId: string): Promise<void> {
  await sql`
    update idempotency_key
    set reply = reply::jsonb || jsonb_build_object(
      'buyer', (reply -> 'buyer')::jsonb || ${sql.json(NOBODY)}::jsonb,
      'deliveryAddress', ''
    )
    where reply ->> 'customerId' = ${customerId} and reply ->> 'status' = 'draft'
  `;
}

/** Names that no invoice says any more, of which there are few at most. */
async function forgetNames(sql: Database): Promise<void> {
  const unsaid = await sql<{ key: string }[]>`
    select key
    from invoice_buyer
    where not exists (select from invoice where buyer_key = key)
  `;
  if (unsaid.length === 0) return;
  await transact(sql, async (tx) => {
    // Who writes an invoice has the table until the end: none with such a name is on its way then.
    await tx`set local lock_timeout = '2s'`;
    await tx`lock table invoice_buyer in share row exclusive mode`;
    await tx`
      delete from invoice_buyer
      where key = any(${unsaid.map(({ key }) => key)}::uuid[])
        and not exists (select from invoice where buyer_key = key)
    `;
  });
}
