import { writeAudit } from 'platform/audit-store';
import { onlyRow, type Queryable, type Transaction } from 'platform/database';

import type { Customer, CustomerInput } from './contract.ts';
import { inputOf } from './customers.ts';

export async function insertCustomer(
  tx: Transaction,
  customer: CustomerInput & { id: string },
): Promise<Customer> {
  const rows = await tx<Customer[]>`
    insert into customer ${tx(customer)} returning ${customerColumns(tx)}
  `;
  await writeAudit(tx, customer.id, 'created', { after: inputOf(customer) });
  return onlyRow(rows);
}

export async function updateCustomer(
  tx: Transaction,
  before: Customer,
  input: CustomerInput,
): Promise<Customer> {
  const after = await writeCustomer(tx, before.id, input);
  await writeAudit(tx, before.id, 'changed', { before: inputOf(before), after: inputOf(after) });
  return after;
}

/** Without a word about it in the history. */
export async function writeCustomer(
  tx: Transaction,
  id: string,
  input: CustomerInput,
): Promise<Customer> {
  const rows = await tx<Customer[]>`
    update customer
    set ${tx(inputOf(input))}, version = version + 1, updated_at = now()
    where id = ${id}
    returning ${customerColumns(tx)}
  `;
  return onlyRow(rows);
}

export async function setArchived(
  tx: Transaction,
  id: string,
  archived: boolean,
): Promise<Customer> {
  const rows = await tx<Customer[]>`
    update customer
    set archived_at = case when ${archived} then now() end,
        version = version + 1,
        updated_at = now()
    where id = ${id}
    returning ${customerColumns(tx)}
  `;
  await writeAudit(tx, id, archived ? 'archived' : 'restored');
  return onlyRow(rows);
}

export async function lockCustomer(tx: Transaction, id: string): Promise<Customer | undefined> {
  const [customer] = await tx<Customer[]>`
    select ${customerColumns(tx)} from customer where id = ${id} for update
  `;
  return customer;
}

export function customerColumns(sql: Queryable) {
  return sql`
    id, name, email, phone, street, postal_code, city, country, siren, vat_number,
    archived_at, version, created_at, updated_at
  `;
}
