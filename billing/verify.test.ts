import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';

import type { Customer } from 'customer/contract';
import type { Product } from 'inventory/contract';
import { transact, type Transaction } from 'platform/database';

import { canonical, sealOf } from './chain.ts';
import type { Invoice } from './invoice-contract.ts';
import { compareFigures } from './recount-store.ts';
import { recentDay, startTestBilling, type TestBilling } from './testing-billing.ts';
import { verify } from './verify.ts';

let billing: TestBilling;
let app: Awaited<ReturnType<TestBilling['start']>>['app'];
let customer: Customer;
let product: Product;
let invoices: Invoice[];

beforeAll(async () => {
  billing = await startTestBilling();
  ({ app } = await billing.start());
  customer = await billing.addCustomer();
  product = await billing.addProduct({ initialQuantity: '1000' });
  invoices = [];
  for (const quantity of ['1', '2.5', '3']) {
    const lines = [
      { productId: product.id, quantity, unitPrice: '19.999', discountBp: 333 },
      { productId: product.id, quantity: '1', vatRateBp: 550 },
    ];
    const { id } = await post('/invoices', {
      customerId: customer.id,
      notes: 'Émile',
      discountBp: quantity === '3' ? 150 : 0,
      pricesIncludeVat: quantity === '2.5',
      lines,
    });
    invoices.push(await post(`/invoices/${id}/finalize`, {}));
  }
  const [one, two] = invoices;
  await post(`/invoices/${one?.id}/payments`, { amountMinor: 100, paidOn: recentDay() });
  for (const quantity of ['0.5', '1']) {
    const lines = [{ line: 0, quantity }];
    await post(`/invoices/${two?.id}/credit-notes`, { reason: 'Retour', restock: false, lines });
  }
});
afterAll(() => billing.stop());

const post = async (path: string, body: object) => {
  const response = await app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBeLessThan(300);
  return JSON.parse(await response.text());
};

/** As somebody who owns the database could: with the guards out of the way. */
const tamper = (change: (tx: Transaction) => Promise<unknown>) =>
  transact(billing.database.sql, async (tx) => {
    await tx`set local session_replication_role = replica`;
    await change(tx);
  });
const numberOf = (index: number) => invoices[index]?.number ?? '';

beforeEach(async () => {
  expect(await verify(billing.database.sql)).toMatchObject({
    invoices: 3,
    creditNotes: 2,
    findings: [],
  });
});

test.each([
  ['a buyer', 'update invoice set buyer = buyer || \'{"name": "X"}\'', 'It is not what was sealed'],
  ['notes', "update invoice set notes = 'x'", 'It is not what was sealed'],
  ['a due date', 'update invoice set due_date = due_date + 1', 'It is due on'],
  [
    'a total',
    'update invoice set net_minor = net_minor + 1, gross_minor = gross_minor + 1',
    'The totals do not follow from the lines',
  ],
  ['what is paid', 'update invoice set paid_minor = paid_minor + 1', 'Its payments come to 0'],
  ['what is credited', 'update invoice set credited_minor = 1', 'Its credit notes come to 0'],
  ['a state', "update invoice set status = 'paid'", 'It is paid with'],
  ['a seal', "update invoice set hash = 'x'", 'It is not what was sealed'],
  ['a year', 'update invoice set year = year - 1', 'It is dated in another year'],
])('%s that was changed is found', async (_, change, complaint) => {
  const { sql } = billing.database;
  const id = invoices[2]?.id ?? '';
  const [before] = await sql`select * from invoice where id = ${id}`;
  await tamper((tx) => tx.unsafe(`${change} where id = '${id}'`));
  const { findings } = await verify(sql);
  expect(findings).toContainEqual({
    document: numberOf(2),
    complaint: expect.stringContaining(complaint),
  });
  const { buyer, notes, year, dueDate, netMinor, grossMinor, paidMinor, creditedMinor } =
    before ?? {};
  const { status, hash } = before ?? {};
  await tamper(
    (tx) => tx`
      update invoice
      set ${tx({ buyer: tx.json(buyer), notes, year, dueDate, netMinor, grossMinor, paidMinor, creditedMinor, status, hash })}
      where id = ${id}
    `,
  );
});

test('a line that was changed is found, on an invoice and on a credit note', async () => {
  const { sql } = billing.database;
  await tamper((tx) => tx`update invoice_line set quantity = quantity + 1 where position = 1`);
  const found = await verify(sql);
  expect(found.findings.map(({ document }) => document)).toContain(numberOf(0));
  await tamper((tx) => tx`update invoice_line set quantity = quantity - 1 where position = 1`);

  await tamper((tx) => tx`update credit_note_line set net_minor = net_minor + 1`);
  const { findings } = await verify(sql);
  expect(findings.filter(({ document }) => document.startsWith('A')).length).toBeGreaterThan(1);
  await tamper((tx) => tx`update credit_note_line set net_minor = net_minor - 1`);
});

test('an invoice that was taken out leaves a gap and a broken chain', async () => {
  const { sql } = billing.database;
  const id = invoices[0]?.id ?? '';
  await tamper((tx) => tx`update invoice set series = 'Z' where id = ${id}`);
  const { findings } = await verify(sql);
  expect(findings).toContainEqual({
    document: numberOf(1),
    complaint: expect.stringMatching(/^It follows number 0/),
  });
  expect(findings).toContainEqual({
    document: numberOf(1),
    complaint: 'The chain is broken before it',
  });
  await tamper((tx) => tx`update invoice set series = 'F' where id = ${id}`);
});

test('the last invoice that was taken out is missed', async () => {
  const { sql } = billing.database;
  const id = invoices[2]?.id ?? '';
  await tamper((tx) => tx`update invoice set series = 'Z' where id = ${id}`);
  const { findings } = await verify(sql);
  expect(findings.map(({ complaint }) => complaint)).toContain('The chain is cut at its end');
  await tamper((tx) => tx`update invoice set series = 'F' where id = ${id}`);
});

test('what cannot even be read is said, and the rest is looked at all the same', async () => {
  const { sql } = billing.database;
  const id = invoices[0]?.id ?? '';
  await tamper(async (tx) => {
    await tx`create table kept as select id, vat from invoice`;
    await tx`update invoice set vat = '{}' where id = ${id}`;
    await tx`create table kept_note as select id, vat from credit_note`;
    await tx`update credit_note set vat = '[null]' where seq = 1`;
  });
  const found = await verify(sql);
  expect(found).toMatchObject({ invoices: 3, creditNotes: 2 });
  const unread = found.findings.filter(({ complaint }) => complaint.includes('cannot be read'));
  const spoilt = [numberOf(0), numberOf(1), expect.stringMatching(/^A.*00001$/)];
  expect(unread.map(({ document }) => document)).toEqual(spoilt);
  expect(found.findings).toHaveLength(unread.length);
  expect(await compareFigures(sql)).toEqual(['figure_vat']);
  await tamper(async (tx) => {
    await tx`update invoice set vat = kept.vat from kept where kept.id = invoice.id`;
    await tx`update credit_note set vat = kept.vat from kept_note as kept where kept.id = credit_note.id`;
    await tx`drop table kept, kept_note`;
  });
});

test('an invoice that is void, and yet was paid and credited, is found', async () => {
  const { sql } = billing.database;
  await tamper((tx) => tx`update invoice set status = 'void' where number is not null`);
  const { findings } = await verify(sql);
  expect(findings).toEqual([
    { document: numberOf(0), complaint: 'It is void with 100 paid' },
    { document: numberOf(1), complaint: expect.stringMatching(/^It is void with \d+ credited$/) },
  ]);
  await tamper((tx) => tx`update invoice set status = 'open', void_reason = 'x'`);
  const complaints = (await verify(sql)).findings.map(({ complaint }) => complaint);
  expect(complaints).toEqual(Array(3).fill('It is open, and says why it is void'));
  await tamper((tx) => tx`update invoice set void_reason = ''`);
});

test('a last day that no document bears, which would date the next one, is found', async () => {
  const { sql } = billing.database;
  await tamper((tx) => tx`update number_series set last_issue_date = last_issue_date + 1`);
  const complaints = (await verify(sql)).findings.map(({ complaint }) => complaint);
  expect(complaints).toEqual(Array(2).fill(expect.stringMatching(/^Its last day is/)));
  await tamper((tx) => tx`update number_series set last_issue_date = last_issue_date - 1`);
});

test('canonical JSON does not depend on the order of keys, and seals on everything else', () => {
  expect(canonical({ b: [1, { d: null, c: 'é' }], a: undefined })).toBe(
    '{"b":[1,{"c":"é","d":null}]}',
  );
  expect(sealOf('', { a: 1, b: 2 })).toBe(sealOf('', { b: 2, a: 1 }));
  expect(sealOf('x', { a: 1 })).not.toBe(sealOf('', { a: 1 }));
});

const numberCreditNotes = async (creditNoteSeries: string) => {
  const init = {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify({ creditNoteSeries }),
  };
  expect((await app.request('/settings', init)).status).toBe(200);
};

test('credit notes are read in the order in which they were made, whatever their series', async () => {
  const lines = [{ productId: product.id, quantity: '3', unitPrice: '1.99' }];
  const { id } = await post('/invoices', { customerId: customer.id, lines });
  await post(`/invoices/${id}/finalize`, {});
  const request = { reason: 'Retour', restock: false };
  await numberCreditNotes('AV');
  await post(`/invoices/${id}/credit-notes`, { ...request, lines: [{ line: 0, quantity: '1' }] });
  await numberCreditNotes('AB');
  const { number } = await post(`/invoices/${id}/credit-notes`, request);
  expect(number).toStartWith('AB');
  const { findings } = await verify(billing.database.sql);
  expect(findings.filter(({ document }) => /^A[BV]/.test(document))).toEqual([]);
});
