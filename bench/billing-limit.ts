import { connect, type Database } from 'platform/database';
import { withDatabase } from 'platform/database-url';

/** The least that issuing an invoice has to make durable, by hand and without any service. */
export type IssueLimit = {
  /** Issues one invoice of five lines. */
  readonly issue: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const PRODUCTS = 200;
const LINES = 5;

/**
 * One transaction in one database: takes five products off the shelf, locked in their order, with a
 * movement each; takes the next number of the series, last, since all wait for it; makes the
 * invoice open. Its drafts are there, as they are when a person issues one.
 */
export async function openIssueLimit(
  serverUrl: string,
  { invoices, connections }: { readonly invoices: number; readonly connections: number },
): Promise<IssueLimit> {
  const admin = connect(serverUrl, { maxConnections: 1 });
  await admin`drop database if exists issue_limit`;
  await admin`create database issue_limit`;
  await admin.end();
  const sql = connect(withDatabase(serverUrl, 'issue_limit'), { maxConnections: connections });
  await prepare(sql, invoices);
  let next = 0;
  return {
    issue: () => issueOne(sql, (next += 1)),
    stop: () => sql.end(),
  };
}

async function prepare(sql: Database, invoices: number): Promise<void> {
  await sql`create table series (id int primary key, last_seq int not null)`;
  await sql`create table product (id int primary key, on_hand numeric not null check (on_hand >= 0))`;
  await sql`
    create table movement (
      id bigint primary key generated always as identity,
      product_id int not null, delta numeric not null, balance numeric not null, invoice_id int not null
    )
  `;
  await sql`
    create table invoice (id int primary key, status text not null, seq int unique, document jsonb not null)
  `;
  await sql`insert into series values (1, 0)`;
  await sql`insert into product select n, 1e6 from generate_series(0, ${PRODUCTS - 1}) as n`;
  await sql`
    insert into invoice
    select n, 'draft', null, jsonb_build_object('buyer', 'Dupont', 'lines', repeat('line ', 100))
    from generate_series(1, ${invoices}) as n
  `;
  await sql`vacuum analyze`;
}

function issueOne(sql: Database, id: number): Promise<void> {
  const products = Array.from({ length: LINES }, (_, n) => (id * 7 + n * 37) % PRODUCTS);
  return sql.begin(async (tx) => {
    const [, taken] = await Promise.all([
      tx`select from product where id = any(${products}) order by id for update`,
      tx<{ id: number; onHand: string }[]>`
        update product set on_hand = on_hand - 1 where id = any(${products}) returning id, on_hand
      `,
    ]);
    const movements = taken.map((product) => ({
      productId: product.id,
      delta: -1,
      balance: product.onHand,
      invoiceId: id,
    }));
    await Promise.all([
      tx`insert into movement ${tx(movements)}`,
      tx`
        with number as (update series set last_seq = last_seq + 1 where id = 1 returning last_seq)
        update invoice set status = 'open', seq = number.last_seq
        from number
        where invoice.id = ${id} and status = 'draft'
      `,
    ]);
  });
}
