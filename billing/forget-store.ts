import { ANONYMISED } from 'customer/contract';
import { type Database, type Queryable, transact, type Transaction } from 'platform/database';

import { isBeingIssued } from './finalization-store.ts';
import { noteEvent } from './history-store.ts';
import type { Buyer } from './invoice-contract.ts';
import { invoiceColumns, invoicesOf } from './invoice-row.ts';
import { lock, only } from './store.ts';

type ForgottenCustomer = { readonly id: string; readonly forgottenAt: string };

/**
 * Forgets who a customer is, who is gone or anonymised: in drafts, in what repeated requests are
 * answered, and among the names that are searched. What was issued stays as it is, and so does the
 * delivery address that somebody typed since. May be told any number of times.
 */
export async function forgetCustomer(
  sql: Database,
  { id: customerId, forgottenAt }: ForgottenCustomer,
): Promise<void> {
  const drafts = await sql<{ id: string }[]>`
    select id
    from invoice
    where customer_id = ${customerId} and status = 'draft'
      and (
        buyer <> ${sql.json(NOBODY)}::jsonb || ${countryOf(sql)}
        or delivery_address <> '' and not ${isTypedSince(sql, forgottenAt)}
      )
  `;
  for (const { id } of drafts)
    await transact(sql, (tx) => forgetInDraft(tx, id, { id: customerId, forgottenAt }));
  await forgetInReplies(sql, customerId, forgottenAt);
  await forgetNames(sql);
}

/** What is saved later was begun when the customer was forgotten already: calls end after 6 s. */
const LONGEST_REQUEST_MS = 20_000;

const knownSince = (sql: Queryable, forgottenAt: string) =>
  sql`least(${forgottenAt}::timestamptz, now()) + ${LONGEST_REQUEST_MS} * interval '1 millisecond'`;

/** By the history of the address: what else changed of a draft says nothing about it. */
const isTypedSince = (sql: Queryable, forgottenAt: string) => sql`exists (
  select from audit_event, json_array_elements(changes) as change
  where record_id = invoice.id
    and at > ${knownSince(sql, forgottenAt)}
    and change ->> 'field' = 'deliveryAddress'
)`;

const NOBODY: Omit<Buyer, 'country'> = {
  name: ANONYMISED,
  email: '',
  street: '',
  postalCode: '',
  city: '',
  siren: '',
  vatNumber: '',
};

const countryOf = (sql: Queryable) => sql`jsonb_build_object('country', buyer -> 'country')`;

/** A draft that is being issued is left to whoever issues it. */
async function forgetInDraft(
  tx: Transaction,
  id: string,
  { id: customerId, forgottenAt }: ForgottenCustomer,
): Promise<void> {
  const [draft] = await tx`
    select from invoice
    where id = ${id} and customer_id = ${customerId} and status = 'draft'
    for update
  `;
  // Asked once it is locked: the statement that waits for the lock sees what was before it waited.
  if (draft === undefined || (await isBeingIssued(tx, id))) return;
  const current = await lock(tx, id);
  const { country } = current.buyer;
  const rows = await tx`
    update invoice
    set buyer = ${tx.json({ ...NOBODY, country })},
        delivery_address =
          case when ${isTypedSince(tx, forgottenAt)} then delivery_address else '' end,
        version = version + 1,
        updated_at = now()
    where id = ${id}
    returning ${invoiceColumns(tx)}
  `;
  await noteEvent(tx, 'changed', current, only(invoicesOf(rows)));
}

async function forgetInReplies(
  sql: Database,
  customerId: string,
  forgottenAt: string,
): Promise<void> {
  await sql`
    update idempotency_key
    set reply = reply::jsonb || jsonb_build_object(
      'buyer', (reply -> 'buyer')::jsonb || ${sql.json(NOBODY)}::jsonb,
      'deliveryAddress', ''
    )
    where reply ->> 'customerId' = ${customerId} and reply ->> 'status' = 'draft'
      and created_at <= ${knownSince(sql, forgottenAt)}
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
