import { afterAll, beforeAll, describe, expect, test } from 'bun:test';

import { recentDay, startTestBilling, type TestBilling } from './testing-billing.ts';

let billing: TestBilling;
let issuedId: string;
let draftId: string;
let voidId: string;

beforeAll(async () => {
  billing = await startTestBilling();
  const { app } = await billing.start();
  const customer = await billing.addCustomer();
  const product = await billing.addProduct();
  const post = async (path: string, body: object) => {
    const response = await app.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': '*' },
      body: JSON.stringify(body),
    });
    return JSON.parse(await response.text());
  };
  const draft = {
    customerId: customer.id,
    lines: [1, 2].map((quantity) => ({ productId: product.id, quantity: `${quantity}` })),
  };
  ({ id: draftId } = await post('/invoices', draft));
  ({ id: voidId } = await post('/invoices', draft));
  await post(`/invoices/${voidId}/finalize`, {});
  await post(`/invoices/${voidId}/void`, { restock: false, reason: 'Erreur' });
  ({ id: issuedId } = await post('/invoices', draft));
  await post(`/invoices/${issuedId}/finalize`, {});
  await post(`/invoices/${issuedId}/payments`, { amountMinor: 100, paidOn: recentDay() });
  const lines = [{ line: 0, quantity: '0.5' }];
  await post(`/invoices/${issuedId}/credit-notes`, { reason: 'Retour', restock: false, lines });
});
afterAll(() => billing.stop());

/** Runs plain SQL as anybody with the database's password could. */
const run = (statement: string): Promise<string> =>
  billing.database.sql
    .unsafe(
      statement
        .replaceAll('$issued', `'${issuedId}'`)
        .replaceAll('$void', `'${voidId}'`)
        .replaceAll('$draft', `'${draftId}'`),
    )
    .then(
      () => 'done',
      (error: unknown) => String(error),
    );

describe('the database refuses by plain SQL', () => {
  for (const statement of [
    "update invoice set number = 'F2026-99999' where id = $issued",
    'update invoice set seq = seq + 1 where id = $issued',
    "update invoice set buyer = jsonb_set(buyer, '{name}', '\"X\"') where id = $issued",
    'update invoice set gross_minor = gross_minor + 1, net_minor = net_minor + 1 where id = $issued',
    'update invoice set issue_date = issue_date - 1 where id = $issued',
    'update invoice set due_date = due_date + 1 where id = $issued',
    'update invoice set due_end_of_month = true where id = $issued',
    "update invoice set notes = 'other' where id = $issued",
    "update invoice set operation = 'services' where id = $issued",
    "update invoice set delivered_on = '2026-11-01' where id = $issued",
    "update invoice set delivery_address = 'other' where id = $issued",
    "update invoice set currency = 'USD' where id = $issued",
    'update invoice set customer_id = gen_random_uuid() where id = $issued',
    'update invoice set created_at = now() where id = $issued',
    `update invoice set status = 'draft', series = null, year = null, seq = null, number = null,
       issue_date = null, due_date = null where id = $issued`,
    'delete from invoice where id = $issued',
    'truncate invoice cascade',
    'update invoice_line set quantity = 99 where invoice_id = $issued',
    "update invoice_line set description = 'other' where invoice_id = $issued and position = 1",
    'update invoice_line set invoice_id = gen_random_uuid() where invoice_id = $issued',
    'delete from invoice_line where invoice_id = $issued',
    `insert into invoice_line
       select invoice_id, 9, product_id, sku, description, unit, quantity, unit_price,
         discount_bp, vat_rate_bp, net_minor
       from invoice_line where invoice_id = $issued limit 1`,
    'truncate invoice_line',
    'update payment set amount_minor = 1',
    'delete from payment',
    'truncate payment',
    "update audit_event set request_id = 'x'",
    'delete from audit_event',
    'truncate audit_event',
    'update number_series set last_seq = last_seq - 1',
    'update number_series set last_issue_date = last_issue_date - 1',
    'delete from number_series',
    'truncate number_series',
    "update invoice set status = 'open' where id = $void",
    "update invoice set void_reason = 'other' where id = $void",
    "update invoice set void_reason = 'other' where id = $issued",
    "update invoice set status = 'void' where id = $issued",
    "update invoice set status = 'paid' where id = $issued",
    'update invoice set paid_minor = gross_minor where id = $issued',
    'update invoice set paid_minor = 0 where id = $issued',
    'update invoice set paid_minor = paid_minor + 1 where id = $issued',
    'update invoice set credited_minor = credited_minor + 1 where id = $issued',
    `update invoice set status = 'paid', paid_minor = gross_minor - credited_minor
       where id = $issued`,
    'update invoice set paid_minor = 1 where id = $draft',
    'update invoice set version = version - 1 where id = $issued',
    'update invoice set credited_minor = 0 where id = $issued',
    `insert into payment (id, invoice_id, amount_minor, paid_on, method, reference)
       values (gen_random_uuid(), $void, 1, '2026-11-22', 'card', '')`,
    `insert into payment (id, invoice_id, amount_minor, paid_on, method, reference)
       values (gen_random_uuid(), $draft, 1, '2026-11-22', 'card', '')`,
    "update invoice_line set quantity = 'NaN' where invoice_id = $draft",
    "update invoice_line set unit_price = 'NaN' where invoice_id = $draft",
    "update invoice_line set quantity = 'Infinity' where invoice_id = $draft",
    "update invoice_line set unit_price = 'Infinity' where invoice_id = $draft",
    'update invoice set paid_minor = gross_minor + 1 where id = $issued',
    'update invoice set paid_minor = -1 where id = $issued',
  ]) {
    test(statement.replaceAll(/\s+/g, ' '), async () => {
      const before = await everything();
      expect(await run(statement)).toMatch(/cannot|never changed|only ever added|violates/);
      expect(await everything()).toEqual(before);
    });
  }
});

test('a line of a draft cannot be moved to an issued invoice', async () => {
  const move = `update invoice_line set invoice_id = $issued, position = 7
    where invoice_id = $draft and position = 0`;
  expect(await run(move)).toContain('cannot change');
});

test('what happens to an issued invoice can be noted', async () => {
  await run(
    "update invoice set status = 'uncollectible', version = version + 1 where id = $issued",
  );
  await run("update invoice set status = 'open', updated_at = now() where id = $issued");
});

async function everything() {
  const { sql } = billing.database;
  return [
    await sql`select * from invoice order by id`,
    await sql`select * from invoice_line order by invoice_id, position`,
    await sql`select * from payment`,
    await sql`select * from audit_event order by seq`,
    await sql`select * from number_series`,
  ].map((rows) =>
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
  );
}
