import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';

import type { Customer } from 'customer/contract';
import type { Product } from 'inventory/contract';
import { VAT_CATEGORIES } from 'inventory/vat-category';

import type { Figures } from './figures-contract.ts';
import type { Invoice } from './invoice-contract.ts';
import { compareFigures, recountFigures } from './recount-store.ts';
import { around, startTestBilling, type TestBilling } from './testing-billing.ts';
import { verify } from './verify.ts';

const VAT_NUMBER = 'FR96552100554';
const BELGIAN = 'BE0417497106';
const EXEMPTION = 'TVA non applicable, art. 293 B du CGI';

let billing: TestBilling;
let app: Awaited<ReturnType<TestBilling['start']>>['app'];
let customer: Customer;
let nameless: Customer;
let lamp: Product;

beforeAll(async () => {
  billing = await startTestBilling();
  ({ app } = await billing.start());
  customer = await billing.addCustomer({ vatNumber: BELGIAN });
  nameless = await billing.addCustomer();
  lamp = await billing.addProduct({ initialQuantity: '1000' });
});
beforeEach(() => settle());
afterEach(async () => {
  const { sql } = billing.database;
  expect(await compareFigures(sql)).toEqual([]);
  expect(await verify(sql)).toMatchObject({ findings: [] });
});
afterAll(() => billing.stop());

const send = async (line: string, body?: object) => {
  const [method = '', path = ''] = line.split(' ');
  const response = await app.request(path, {
    method,
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
/** What the company says about itself; only what is told counts. */
const settle = (settings: object = {}) =>
  send('PUT /settings', {
    seller: { vatNumber: VAT_NUMBER },
    earlyPayment: '',
    latePenaltyBp: 0,
    recoveryFeeMinor: 0,
    ...settings,
  });
const lineOf = (fields: object = {}) => ({ productId: lamp.id, quantity: '1', ...fields });
const draft = async (lines: object[], customerId = customer.id): Promise<Invoice> => {
  const answer = await send('POST /invoices', { customerId, lines });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body;
};
const finalize = (id: string) => send(`POST /invoices/${id}/finalize`);
const issue = async (lines: object[]): Promise<Invoice> => {
  const { id } = await draft(lines);
  const answer = await finalize(id);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
};
const vatOf = ({ vatCategory, vatRateBp }: Invoice['lines'][number]) => [vatCategory, vatRateBp];

const mentionsOf = async (settings: object, ...categories: string[]) => {
  await settle(settings);
  const { mentions } = await issue(categories.map((vatCategory) => lineOf({ vatCategory })));
  return mentions.slice(1);
};
const refused = async (made: Invoice) => {
  const answer = await finalize(made.id);
  expect(answer.status).toBe(422);
  const { body: kept } = await send(`GET /invoices/${made.id}`);
  expect(kept).toEqual(made);
  return answer.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [
    pointer,
    code,
  ]);
};

describe('the VAT of a line', () => {
  test('is that of its product where the line does not say it', async () => {
    const exempt = await billing.addProduct({ vatRateBp: 0, vatCategory: 'E' });
    const { lines } = await draft([
      lineOf(),
      lineOf({ productId: exempt.id }),
      lineOf({ productId: exempt.id, vatRateBp: 550 }),
      lineOf({ vatRateBp: 0 }),
      lineOf({ vatCategory: 'AE' }),
    ]);
    expect(lines.map(vatOf)).toEqual([
      ['S', 2000],
      ['E', 0],
      ['S', 550],
      ['Z', 0],
      ['AE', 0],
    ]);
  });

  test('at 0 % is exempt where the settings say why the company charges none', async () => {
    await settle({ vatExemption: EXEMPTION });
    const made = await draft([lineOf({ vatRateBp: 0 })]);
    expect(made.lines.map(vatOf)).toEqual([['E', 0]]);
    const patched = await send(`PATCH /invoices/${made.id}`, { lines: [lineOf({ vatRateBp: 0 })] });
    expect(patched.body.lines.map(vatOf)).toEqual([['E', 0]]);
  });

  test('whose category the rate does not fit is refused at its line', async () => {
    const free = await billing.addProduct({ vatRateBp: 0 });
    const answer = await send('POST /invoices', {
      customerId: customer.id,
      lines: [
        lineOf(),
        lineOf({ vatCategory: 'K', vatRateBp: 550 }),
        lineOf({ vatCategory: 'S', vatRateBp: 0 }),
        lineOf({ vatCategory: 'S', productId: free.id }),
      ],
    });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject(
      [1, 2, 3].map((line) => ({ pointer: `/lines/${line}/vatCategory`, code: 'unfit_category' })),
    );
  });

  test('gives a price with VAT where prices include it', async () => {
    const { body } = await send('POST /invoices', {
      customerId: customer.id,
      pricesIncludeVat: true,
      lines: [lineOf(), lineOf({ vatCategory: 'G' })],
    });
    expect(body.lines.map(({ unitPrice }: { unitPrice: string }) => Number(unitPrice))).toEqual([
      15, 12.5,
    ]);
    expect(body.totals.vat).toEqual([
      { vatCategory: 'G', vatRateBp: 0, baseMinor: 1250, vatMinor: 0 },
      { vatCategory: 'S', vatRateBp: 2000, baseMinor: 1250, vatMinor: 250 },
    ]);
  });
});

describe('documents with several categories', () => {
  test('group, credit and count what bears no VAT by why', async () => {
    await settle({ vatExemption: EXEMPTION });
    const own = { unitPrice: '10', currency: 'CHF' };
    const { body: made } = await send('POST /invoices', {
      customerId: customer.id,
      currency: own.currency,
      lines: ['Z', 'AE', 'E', 'AE', 'S'].map((vatCategory) =>
        lineOf({ vatCategory, unitPrice: own.unitPrice }),
      ),
    });
    const { body: issued } = await finalize(made.id);
    expect(issued.totals.vat).toEqual([
      { vatCategory: 'Z', vatRateBp: 0, baseMinor: 1000, vatMinor: 0 },
      { vatCategory: 'E', vatRateBp: 0, baseMinor: 1000, vatMinor: 0 },
      { vatCategory: 'AE', vatRateBp: 0, baseMinor: 2000, vatMinor: 0 },
      { vatCategory: 'S', vatRateBp: 2000, baseMinor: 1000, vatMinor: 200 },
    ]);
    const credited = await send(`POST /invoices/${made.id}/credit-notes`, {
      reason: 'Retour',
      restock: false,
      lines: [
        { line: 0, quantity: '1' },
        { line: 3, quantity: '0.5' },
      ],
    });
    expect(credited.body.lines.map(vatOf)).toEqual([
      ['Z', 0],
      ['AE', 0],
    ]);
    expect(credited.body.totals.vat).toEqual([
      { vatCategory: 'Z', vatRateBp: 0, baseMinor: 1000, vatMinor: 0 },
      { vatCategory: 'AE', vatRateBp: 0, baseMinor: 500, vatMinor: 0 },
    ]);
    const figures: Figures = (await send('GET /figures?currency=CHF')).body;
    const month = `${issued.issueDate.slice(0, 7)}-01`;
    expect(figures.vat).toEqual([
      { month, vatCategory: 'Z', vatRateBp: 0, baseMinor: 0, vatMinor: 0 },
      { month, vatCategory: 'E', vatRateBp: 0, baseMinor: 1000, vatMinor: 0 },
      { month, vatCategory: 'AE', vatRateBp: 0, baseMinor: 1500, vatMinor: 0 },
      { month, vatCategory: 'S', vatRateBp: 2000, baseMinor: 1000, vatMinor: 200 },
    ]);
    const csv = await (await app.request('/figures/vat?currency=CHF&notation=english')).text();
    expect(csv).toContain(`${month.slice(0, 7)},CHF,AE,0.00,15.00,0.00\r\n`);
    await recountFigures(billing.database.sql);
    const counted: Figures = (await send('GET /figures?currency=CHF')).body;
    expect(counted.vat).toEqual(figures.vat);
  });

  test('that are made void count for nothing', async () => {
    const { id, totals } = await issue([lineOf({ vatCategory: 'G' })]);
    const ofExport = async () => {
      const figures: Figures = (await send('GET /figures')).body;
      return figures.vat.find(({ vatCategory }) => vatCategory === 'G')?.baseMinor;
    };
    const before = await ofExport();
    await send(`POST /invoices/${id}/void`, { reason: 'Erreur', restock: false });
    expect(await ofExport()).toBe((before ?? 0) - totals.netMinor);
  });
});

describe('what is printed about VAT', () => {
  const INTRA = 'Exonération de TVA, art. 262 ter I du CGI';

  test.each([
    [{}, 'S', []],
    [{}, 'Z', []],
    [{ vatExemption: EXEMPTION }, 'Z', [EXEMPTION]],
    [{ vatExemption: EXEMPTION }, 'E', [EXEMPTION]],
    [{}, 'AE', ['Autoliquidation (art. 283 du CGI)']],
    [{}, 'K', [INTRA]],
    [{}, 'G', ['Exonération de TVA, art. 262 I du CGI']],
    [{}, 'O', ['Opération hors du champ d’application de la TVA']],
    [{ vatExemption: EXEMPTION }, 'O', ['Opération hors du champ d’application de la TVA']],
    [{ language: 'en' }, 'AE', ['Reverse charge (art. 283 of the CGI)']],
    [
      { language: 'en' },
      'K',
      ['Intra-Community supply exempt from VAT, art. 262 ter I of the CGI'],
    ],
    [{ language: 'en' }, 'G', ['Export exempt from VAT, art. 262 I of the CGI']],
    [{ language: 'en' }, 'O', ['Outside the scope of VAT']],
  ])('by settings %j with a line of %s', async (settings, category, expected) => {
    expect(await mentionsOf(settings, category)).toEqual(expected);
  });

  test('stands once for all lines of its category, and never where there is none', async () => {
    expect(await mentionsOf({ vatExemption: EXEMPTION }, 'K', 'S', 'E', 'K', 'Z')).toEqual([
      EXEMPTION,
      INTRA,
    ]);
  });

  test.each(['', 'Exonération de TVA, art. 261-4-4° a du CGI'])(
    'of a credit note leads to the invoice where the settings no longer give its reason, but %j',
    async (vatExemption) => {
      await settle({ vatExemption: EXEMPTION });
      const { id, number } = await issue([lineOf({ vatCategory: 'E' })]);
      await settle({ vatExemption });
      const request = { reason: 'Retour', restock: false };
      const { body } = await send(`POST /invoices/${id}/credit-notes`, request);
      expect(body.mentions).toEqual([
        `Exonération de TVA : pour le motif que dit la facture ${number}`,
      ]);
    },
  );

  test('of a credit note is about what it credits', async () => {
    const { id } = await issue([lineOf({ vatCategory: 'AE' }), lineOf({ vatCategory: 'K' })]);
    const { body } = await send(`POST /invoices/${id}/credit-notes`, {
      reason: 'Retour',
      restock: false,
      lines: [{ line: 1, quantity: '1' }],
    });
    expect(body.mentions).toEqual([INTRA]);
  });
});

describe('an invoice is refused, and its draft stays as it is', () => {
  test.each(['AE', 'K'])('with %s, until both sides have a VAT number', async (vatCategory) => {
    await settle({ seller: {} });
    const product = await billing.addProduct();
    const lines = [lineOf({ productId: product.id, vatCategory })];
    const made = await draft(lines, nameless.id);
    const buyer = ['/buyer/vatNumber', 'vat_number_missing'];
    const seller = ['/seller/vatNumber', 'vat_number_missing'];
    expect(await refused(made)).toEqual([seller]);
    await settle();
    expect(await refused(made)).toEqual([buyer]);
    expect(await billing.stockOf(product.id)).toEqual(['10.000', '0.000']);
    await billing.world.clients.customers.patch({
      id: nameless.id,
      ifMatch: '*',
      body: { vatNumber: BELGIAN },
    });
    expect((await finalize(made.id)).body).toMatchObject({
      status: 'open',
      buyer: { vatNumber: BELGIAN },
    });
    await billing.world.clients.customers.patch({
      id: nameless.id,
      ifMatch: '*',
      body: { vatNumber: '' },
    });
  });

  test('with K to a buyer of the company’s own country, which AE may have', async () => {
    const neighbour = await billing.addCustomer({ vatNumber: 'FR83404833048' });
    const made = await draft([lineOf({ vatCategory: 'K' })], neighbour.id);
    expect(await refused(made)).toEqual([['/lines/0/vatCategory', 'domestic_supply']]);
    const reverse = await draft([lineOf({ vatCategory: 'AE' })], neighbour.id);
    expect((await finalize(reverse.id)).status).toBe(200);
  });

  test('with E, until the settings say why', async () => {
    const made = await draft([lineOf(), lineOf({ vatCategory: 'E' })]);
    expect(await refused(made)).toEqual([['/lines/1/vatCategory', 'exemption_missing']]);
    await settle({ vatExemption: EXEMPTION });
    expect((await finalize(made.id)).status).toBe(200);
  });

  test('with G, until the company has a VAT number; the buyer needs none', async () => {
    await settle({ seller: {} });
    const made = await draft([lineOf({ vatCategory: 'G' })], nameless.id);
    expect(await refused(made)).toEqual([['/seller/vatNumber', 'vat_number_missing']]);
    await settle();
    expect((await finalize(made.id)).status).toBe(200);
  });

  test('before anything is put aside, where only the company can help', async () => {
    const made = await draft([lineOf({ vatCategory: 'E' })]);
    const reserving: unknown[] = [];
    const watched = around(billing.world.clients, 'reserveAll', (call) => {
      reserving.push(call);
      return call();
    });
    const { app: other } = await billing.start({ clients: watched });
    const headers = { 'if-match': '*' };
    const path = `/invoices/${made.id}/finalize`;
    expect((await other.request(path, { method: 'POST', headers })).status).toBe(422);
    expect(reserving).toEqual([]);
  });

  test('with O beside anything else', async () => {
    const made = await draft([
      lineOf({ vatCategory: 'O' }),
      lineOf(),
      lineOf({ vatCategory: 'Z' }),
      lineOf({ vatCategory: 'O' }),
    ]);
    expect(await refused(made)).toEqual([
      ['/lines/1/vatCategory', 'mixed_scope'],
      ['/lines/2/vatCategory', 'mixed_scope'],
    ]);
  });

  test('also when the settings change while the stock is put aside; no number is lost', async () => {
    await settle({ vatExemption: EXEMPTION });
    const made = await draft([lineOf({ vatCategory: 'E' })]);
    const changing = around(billing.world.clients, 'reserveAll', async (call) => {
      await settle();
      return call();
    });
    const { app: other } = await billing.start({ clients: changing });
    const headers = { 'if-match': '*' };
    const answer = await other.request(`/invoices/${made.id}/finalize`, {
      method: 'POST',
      headers,
    });
    expect(answer.status).toBe(422);
    expect((await send(`GET /invoices/${made.id}`)).body).toEqual(made);
    await issue([lineOf()]);
  });

  test('while others that are issued at the same time are not', async () => {
    const drafts = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        draft([lineOf(n % 3 === 0 ? { vatCategory: 'E' } : { vatRateBp: 0 })]),
      ),
    );
    const answers = await Promise.all(drafts.map(({ id }) => finalize(id)));
    expect(answers.map(({ status }) => status)).toEqual(
      drafts.map((_, n) => (n % 3 === 0 ? 422 : 200)),
    );
  });
});

test('a plain rate of 0 can always be issued, whoever buys and whoever sells', async () => {
  await settle({ seller: {} });
  const { id } = await draft([lineOf({ vatRateBp: 0 }), lineOf({ vatRateBp: 210 })], nameless.id);
  expect((await finalize(id)).body).toMatchObject({
    lines: [{ vatCategory: 'Z' }, { vatCategory: 'S' }],
  });
});

test('a category that somebody changed behind our back is found', async () => {
  const { sql } = billing.database;
  const { id, number } = await issue([lineOf({ vatRateBp: 0 }), lineOf({ vatCategory: 'AE' })]);
  const change = (from: string | null, to: string | null) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`
        update invoice_line set vat_category = ${to}
        where invoice_id = ${id} and vat_category is not distinct from ${from}
      `;
    });
  for (const [from, to] of [
    ['Z', 'G'],
    ['AE', 'K'],
    ['AE', null],
  ] as const) {
    await change(from, to);
    const { findings } = await verify(sql);
    expect(findings).toContainEqual({
      document: number ?? '',
      complaint: 'It is not what was sealed',
    });
    await change(to, from);
  }
});

test('every category has a place in the order of groups', async () => {
  await settle({ vatExemption: EXEMPTION });
  const all = VAT_CATEGORIES.filter((category) => category !== 'O').toReversed();
  const { totals } = await issue(all.map((vatCategory) => lineOf({ vatCategory })));
  expect(totals.vat.map(({ vatCategory }) => vatCategory)).toEqual(['Z', 'E', 'AE', 'K', 'G', 'S']);
});
