import { afterAll, beforeAll, expect, test } from 'bun:test';
import { join } from 'node:path';

import type { Database } from 'platform/database';
import { migrate, migrationsOf } from 'platform/migrate-store';
import { type TestDatabase, testDatabase } from 'platform/testing';

import { sealOf } from './chain.ts';
import { createCreditStore } from './credit-store.ts';
import { readFigures } from './figures-store.ts';
import { compareFigures } from './recount-store.ts';
import { createInvoiceStore } from './store.ts';
import { verify } from './verify.ts';

const MIGRATIONS = join(import.meta.dir, 'migrations');
const SINCE = '0080_say_vat_category.sql';

const INVOICE = '01930000-0000-7000-8000-00000000000a';
const DRAFT = '01930000-0000-7000-8000-00000000000b';
const NOTE = '01930000-0000-7000-8000-00000000000c';
const CUSTOMER = '01930000-0000-7000-8000-000000000001';
const DAY = '2026-11-22';

// Written out as documents were kept and sealed when lines said only their rate.
const seller = { name: 'Atelier' };
const buyer = { name: 'Dupont', siren: '' };
const lines = [
  { rate: 2000, net: 1000 },
  { rate: 0, net: 500 },
  { rate: 0, net: 700 },
].map(({ rate, net }, position) => ({
  productId: `01930000-0000-7000-8000-00000000010${position}`,
  sku: `SKU-${position}`,
  description: 'Lampe',
  unit: '',
  quantity: '1',
  unitPrice: (net / 100).toFixed(2),
  discountBp: 0,
  vatRateBp: rate,
  netMinor: net,
}));
const totals = {
  netMinor: 2200,
  discountMinor: 0,
  vat: [
    { vatRateBp: 0, baseMinor: 1200, vatMinor: 0 },
    { vatRateBp: 2000, baseMinor: 1000, vatMinor: 200 },
  ],
  vatMinor: 200,
  grossMinor: 2400,
};
const noteTotals = {
  netMinor: 500,
  discountMinor: 0,
  vat: [{ vatRateBp: 0, baseMinor: 500, vatMinor: 0 }],
  vatMinor: 0,
  grossMinor: 500,
};
const invoiceHash = sealOf('', {
  kind: 'invoice',
  number: 'F2026-00001',
  issueDate: DAY,
  dueDate: '2026-12-22',
  customerId: CUSTOMER,
  seller,
  buyer,
  mentions: ['x'],
  language: 'fr',
  currency: 'EUR',
  notes: '',
  discountBp: 0,
  pricesIncludeVat: false,
  lines,
  totals,
});
const noteHash = sealOf('', {
  kind: 'credit-note',
  number: 'A2026-00001',
  invoiceNumber: 'F2026-00001',
  issueDate: DAY,
  reason: 'Retour',
  restock: false,
  seller,
  buyer,
  mentions: [],
  language: 'fr',
  currency: 'EUR',
  lines: [{ line: 1, ...lines[1] }],
  totals: noteTotals,
});

let database: TestDatabase;
/** What was kept before the migration and after it; those that follow have columns of their own. */
let before: object;
let after: object;
beforeAll(async () => {
  database = await testDatabase();
  const { sql } = database;
  const names = (await migrationsOf(MIGRATIONS)).map(({ name }) => name);
  const old = names.filter((name) => name < SINCE || name.includes('/'));
  await migrate(sql, MIGRATIONS, new Set(old));
  await writeDocuments(sql);
  before = await stored(sql);
  await migrate(sql, MIGRATIONS, new Set([...old, SINCE]));
  after = await stored(sql);
  await migrate(sql, MIGRATIONS);
});
afterAll(() => database.drop());

async function writeDocuments(sql: Database): Promise<void> {
  const head = {
    customerId: CUSTOMER,
    buyer: sql.json(buyer),
    currency: 'EUR',
    currencyExponent: 2,
    dueDays: 30,
    notes: '',
    netMinor: totals.netMinor,
    vat: sql.json(totals.vat),
    vatMinor: totals.vatMinor,
    grossMinor: totals.grossMinor,
  };
  for (const invoiceId of [INVOICE, DRAFT]) {
    await sql`insert into invoice ${sql({ id: invoiceId, ...head })}`;
    const rows = lines.map((line, position) => ({ invoiceId, position, ...line }));
    await sql`insert into invoice_line ${sql(rows)}`;
  }
  const numbered = { year: 2026, seq: 1, issueDate: DAY, language: 'fr', previousHash: '' };
  const issued = {
    ...numbered,
    status: 'open',
    series: 'F',
    number: 'F2026-00001',
    dueDate: '2026-12-22',
    seller: sql.json(seller),
    mentions: sql.json(['x']),
    hash: invoiceHash,
  };
  await sql`update invoice set ${sql(issued)} where id = ${INVOICE}`;
  const { vat, ...amounts } = noteTotals;
  const note = {
    ...numbered,
    ...amounts,
    id: NOTE,
    invoiceId: INVOICE,
    series: 'A',
    number: 'A2026-00001',
    reason: 'Retour',
    restock: false,
    vat: sql.json(vat),
    seller: sql.json(seller),
    mentions: sql.json([]),
    hash: noteHash,
  };
  await sql`insert into credit_note ${sql(note)}`;
  const credited = {
    creditNoteId: NOTE,
    invoiceId: INVOICE,
    position: 1,
    quantity: '1',
    netMinor: 500,
  };
  await sql`insert into credit_note_line ${sql(credited)}`;
  const reply = { reply: sql.json({ id: INVOICE, dueDays: 30, lines, totals }), fingerprint: 'x' };
  await sql`insert into idempotency_key ${sql({ key: 'x', ...reply })}`;
  await sql`update invoice set credited_minor = 500 where id = ${INVOICE}`;
  for (const [series, lastHash] of [
    ['F', invoiceHash],
    ['A', noteHash],
  ] as const) {
    const counter = { series, year: 2026, lastSeq: 1, lastIssueDate: DAY, lastHash };
    await sql`insert into number_series ${sql(counter)}`;
  }
}

/** All that was kept of documents, but for the columns that are new. */
async function stored(sql: Database): Promise<object> {
  const [row] = await sql`
    select (
        select json_agg(to_jsonb(invoice) - 'due_end_of_month' order by id) from invoice
      ) as invoices,
      (
        select json_agg(to_jsonb(line) - 'vat_category' order by invoice_id, position)
        from invoice_line as line
      ) as lines,
      (select json_agg(credit_note) from credit_note) as notes
  `;
  return row ?? {};
}

test('documents from before stay as they are, and are what was sealed', async () => {
  expect(after).toEqual(before);
  expect(await verify(database.sql)).toEqual({
    invoices: 1,
    creditNotes: 1,
    findings: [],
    omitted: 0,
  });
});

test('the rate tells their category, of drafts as well', async () => {
  const store = createInvoiceStore(database.sql);
  for (const id of [INVOICE, DRAFT]) {
    const invoice = await store.find(id);
    expect(invoice.lines.map(({ vatCategory }) => vatCategory)).toEqual(['S', 'Z', 'Z']);
    expect(invoice.totals.vat.map(({ vatCategory }) => vatCategory)).toEqual(['Z', 'S']);
  }
  const note = await createCreditStore(database.sql).find(INVOICE, NOTE);
  expect(note.lines).toMatchObject([{ vatCategory: 'Z' }]);
  expect(note.totals.vat).toEqual([
    { vatCategory: 'Z', vatRateBp: 0, baseMinor: 500, vatMinor: 0 },
  ]);
});

test('a repeat of what was done before gets them too', async () => {
  const rows = await database.sql`select reply from idempotency_key`;
  const { lines: said, totals: sums, dueEndOfMonth } = rows[0]!['reply'];
  expect(dueEndOfMonth).toBe(false);
  expect(said).toEqual(
    lines.map((line) => ({ ...line, vatCategory: line.vatRateBp > 0 ? 'S' : 'Z' })),
  );
  expect(sums.vat).toEqual([
    { ...totals.vat[0], vatCategory: 'Z' },
    { ...totals.vat[1], vatCategory: 'S' },
  ]);
});

test('what was counted by rate is counted by category', async () => {
  const { sql } = database;
  expect(await compareFigures(sql)).toEqual([]);
  const month = '2026-11-01';
  expect((await readFigures(sql, { currency: 'EUR' })).vat).toEqual([
    { month, vatCategory: 'Z', vatRateBp: 0, baseMinor: 700, vatMinor: 0 },
    { month, vatCategory: 'S', vatRateBp: 2000, baseMinor: 1000, vatMinor: 200 },
  ]);
});

test('they go on: what is left of one is credited, and counted, as by a new one', async () => {
  const { sql } = database;
  const request = { reason: 'Retour', restock: false };
  const note = await createCreditStore(sql).create(INVOICE, request, () => undefined, {
    returned: [],
  });
  expect(note.totals.vat).toEqual([
    { vatCategory: 'Z', vatRateBp: 0, baseMinor: 700, vatMinor: 0 },
    { vatCategory: 'S', vatRateBp: 2000, baseMinor: 1000, vatMinor: 200 },
  ]);
  expect(await verify(sql)).toEqual({ invoices: 1, creditNotes: 2, findings: [], omitted: 0 });
  expect(await compareFigures(sql)).toEqual([]);
});
