import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';

import type { Customer } from 'customer/contract';
import fc from 'fast-check';
import type { Product } from 'inventory/contract';
import { Problem } from 'platform/contract';

import { FIGURE_TABLES, type Figures } from './figures-contract.ts';
import type { Invoice } from './invoice-contract.ts';
import { compareFigures, recountFigures } from './recount-store.ts';
import { startTestBilling, type TestBilling } from './testing-billing.ts';
import type { VatGroup } from './totals.ts';
import { vatKey } from './vat-groups.ts';

const HEADERS = { 'content-type': 'application/json', 'if-match': '*' };

let billing: TestBilling;
let app: Awaited<ReturnType<TestBilling['start']>>['app'];
let first: Customer;
let second: Customer;
let lamp: Product;
let chair: Product;

beforeAll(async () => {
  billing = await startTestBilling();
  ({ app } = await billing.start());
  // What goes out of the country needs the number of who sells.
  const settings = await app.request('/settings', {
    method: 'PATCH',
    headers: HEADERS,
    body: JSON.stringify({ seller: { vatNumber: 'FR96552100554' } }),
  });
  expect(settings.status).toBe(200);
  first = await billing.addCustomer({ name: 'Un' });
  second = await billing.addCustomer({ name: 'Deux' });
  lamp = await billing.addProduct({ name: 'Lampe', initialQuantity: '1000' });
  chair = await billing.addProduct({
    name: 'Chaise',
    unitPrice: '99.99',
    initialQuantity: '1000',
  });
});
afterAll(() => billing.stop());
afterEach(async () => {
  expect(await compareFigures(billing.database.sql)).toEqual([]);
});

const lastDayOf = (month: string): string =>
  Temporal.PlainYearMonth.from(month.slice(0, 7)).toPlainDate({ day: 31 }).toString();
const post = async (path: string, body: object) => {
  const response = await app.request(path, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const read = async (query = ''): Promise<Figures> =>
  JSON.parse(await (await app.request(`/figures${query}`)).text());
const issue = async (body: object): Promise<Invoice> => {
  const { body: draft } = await post('/invoices', body);
  const issued = await post(`/invoices/${draft.id}/finalize`, {});
  expect(issued.status).toBe(200);
  return issued.body;
};

test('are nothing while there is nothing', async () => {
  expect(await read()).toMatchObject({ months: [], vat: [], outstandingMinor: 0, customers: [] });
});

test('say also what is beyond the numbers of JSON, and as CSV to the last digit', async () => {
  const line = { productId: lamp.id, quantity: '80', unitPrice: '999999999999.99' };
  const vat = { vatRateBp: 0, vatCategory: 'Z' };
  const { id: customerId } = await billing.addCustomer({ name: 'Trois' });
  const body = { customerId, currency: 'SEK', lines: [{ ...line, ...vat }] };
  await issue(body);
  await issue(body);
  const sum = 2n * 7_999_999_999_999_920n;
  expect(await read('?currency=SEK')).toMatchObject({
    months: [{ grossMinor: Number(sum) }],
    outstandingMinor: Number(sum),
    customers: [{ grossMinor: Number(sum) }],
  });
  const customer = await app.request(`/figures/customers/${customerId}`);
  expect(customer.status).toBe(200);
  const csv = await app.request('/figures/months?currency=SEK&notation=english');
  expect(await csv.text()).toContain('159999999999998.40');
});

test('are the sums of the invoices behind them, less what was credited and made void', async () => {
  const lines = [
    { productId: lamp.id, quantity: '2' },
    { productId: chair.id, quantity: '1', vatRateBp: 550 },
  ];
  const one = await issue({ customerId: first.id, lines });
  const two = await issue({ customerId: second.id, lines: lines.slice(0, 1) });
  const three = await issue({ customerId: second.id, lines });
  await issue({
    customerId: first.id,
    currency: 'USD',
    lines: [{ productId: lamp.id, quantity: '1', unitPrice: '7' }],
  });
  await post('/invoices', { customerId: first.id, lines });
  await post(`/invoices/${one.id}/payments`, { amountMinor: 500, paidOn: one.issueDate });
  await post(`/invoices/${one.id}/credit-notes`, {
    reason: 'Retour',
    restock: false,
    lines: [{ line: 0, quantity: '1' }],
  });
  await post(`/invoices/${two.id}/void`, { reason: 'Erreur', restock: false });

  const figures = await read();
  // 2 × 12.50 at 20 % and 99.99 at 5.5 %, twice; less 12.50 at 20 %.
  expect(figures.months).toEqual([
    {
      month: `${one.issueDate?.slice(0, 7)}-01`,
      netMinor: 2 * (2500 + 9999) - 1250,
      vatMinor: 2 * (500 + 550) - 250,
      grossMinor: 2 * (3000 + 10_549) - 1500,
      collectedMinor: 500,
    },
  ]);
  expect(figures.vat).toMatchObject([
    { vatCategory: 'S', vatRateBp: 550, baseMinor: 19_998, vatMinor: 1100 },
    { vatCategory: 'S', vatRateBp: 2000, baseMinor: 3750, vatMinor: 750 },
  ]);
  expect(figures.outstandingMinor).toBe(13_549 - 500 - 1500 + 13_549);
  expect(figures.overdue).toEqual({
    upTo30Minor: 0,
    upTo60Minor: 0,
    upTo90Minor: 0,
    olderMinor: 0,
  });
  expect(figures.customers).toMatchObject([
    { customerId: three.customerId, customerName: 'Deux', grossMinor: 13_549 },
    { customerId: one.customerId, customerName: 'Un', grossMinor: 12_049, collectedMinor: 500 },
  ]);
  expect(figures.products).toMatchObject([
    { productId: chair.id, description: 'Chaise', netMinor: 19_998 },
    { productId: lamp.id, description: 'Lampe', netMinor: 3750 },
  ]);
  expect(Number(figures.products[1]?.quantity)).toBe(3);
  expect((await read('?currency=USD')).months).toMatchObject([{ grossMinor: 840 }]);
  expect((await read('?to=2020-01-31')).months).toEqual([]);
  const { month = '' } = figures.months[0] ?? {};
  const { months: within } = await read(`?from=${month}&to=${lastDayOf(month)}`);
  expect(within).toEqual(figures.months);
  for (const [query, pointer] of [
    ['from=0000-00-00', '/from'],
    ['from=2026-11-02', '/from'],
    ['to=2028-02-28', '/to'],
    ['to=2026-11-01', '/to'],
  ]) {
    for (const path of ['/figures', '/figures/months']) {
      const response = await app.request(`${path}?${query}`);
      const { errors } = Problem.parse(await response.json());
      expect([response.status, errors?.[0]?.pointer]).toEqual([422, pointer]);
    }
  }

  const ofCustomer = await app.request(`/figures/customers/${first.id}`);
  expect(await ofCustomer.json()).toEqual({
    currencies: [
      {
        currency: 'EUR',
        grossMinor: 12_049,
        collectedMinor: 500,
        outstandingMinor: 11_549,
        overdueMinor: 0,
      },
      {
        currency: 'USD',
        grossMinor: 840,
        collectedMinor: 0,
        outstandingMinor: 840,
        overdueMinor: 0,
      },
    ],
  });
});

test('a customer who was never invoiced has no figures', async () => {
  const nobody = await app.request('/figures/customers/01936f00-0000-7000-8000-000000000009');
  expect(await nobody.json()).toEqual({ currencies: [] });
});

test('what is overdue is told by its age', async () => {
  const { sql } = billing.database;
  for (const [days, due] of [
    [1, 10],
    [30, 20],
    [31, 40],
    [90, 80],
    [91, 160],
  ] as const) {
    await sql`
      insert into figure_due
      select (now() at time zone 'Europe/Paris')::date - ${days}::int, 'CHF', ${due}
    `;
  }
  const { overdue, outstandingMinor } = await read('?currency=CHF');
  expect(overdue).toEqual({ upTo30Minor: 30, upTo60Minor: 40, upTo90Minor: 80, olderMinor: 160 });
  expect(outstandingMinor).toBe(310);
  expect(await compareFigures(sql)).toEqual(['figure_due']);
  await recountFigures(sql);
});

test('sums stay right when documents are made at the same time', async () => {
  await Promise.all(
    Array.from({ length: 24 }, async (_, n) => {
      const sold = n % 2 === 0 ? [lamp, chair] : [chair, lamp];
      const lines = sold.map(({ id }) => ({ productId: id, quantity: '1' }));
      const { id, issueDate } = await issue({
        customerId: (n % 2 === 0 ? first : second).id,
        lines,
      });
      if (n % 3 === 0) {
        const paid = await post(`/invoices/${id}/payments`, { amountMinor: 1, paidOn: issueDate });
        expect(paid.status).toBe(201);
      }
      if (n % 3 === 1) await post(`/invoices/${id}/void`, { reason: 'x', restock: false });
      if (n % 3 === 2) await post(`/invoices/${id}/credit-notes`, { reason: 'x', restock: true });
    }),
  );
});

const table = async (name: string, query = '') => {
  const response = await app.request(`/figures/${name}${query}`);
  const type = response.headers.get('content-type');
  const saved = response.headers.get('content-disposition');
  // The decoder of `text()` would take the mark away.
  return { type, saved, text: Buffer.from(await response.arrayBuffer()).toString() };
};
const rowsOf = async (name: string) =>
  (await table(name, '?currency=CHF')).text.trimEnd().split('\r\n').slice(1);

describe('as CSV', () => {
  test('a French spreadsheet opens it: a mark of UTF-8, semicolons, decimal commas', async () => {
    const customer = await billing.addCustomer({ name: '=Élise; "Co"' });
    const lines = [{ productId: lamp.id, quantity: '1.5', unitPrice: '10.001' }];
    await issue({ customerId: customer.id, currency: 'TND', lines });
    const { type, saved, text } = await table('customers', '?currency=TND');
    expect(type).toStartWith('text/csv');
    expect(saved).toContain('figures-customers.csv');
    const headings = 'Client;Identifiant du client;Monnaie;Facturé TTC;Encaissé';
    const row = `"'=Élise; ""Co""";${customer.id};TND;18,002;0,000`;
    expect(text).toBe(`\u{FEFF}${headings}\r\n${row}\r\n`);
    expect((await table('products', '?currency=TND&notation=english')).text).toContain(
      `Lampe,${lamp.id},TND,1.5,15.002\r\n`,
    );
  });

  test('has a heading for every field, in the language of the notation', async () => {
    for (const name of FIGURE_TABLES) {
      for (const [notation, separator, first] of [
        ['french', ';', /^\u{FEFF}[A-Z]/u],
        ['english', ',', /^\u{FEFF}[a-z_]+,/u],
      ] as const) {
        const { text } = await table(name, `?currency=TND&notation=${notation}`);
        const [heading = '', ...rows] = text.trimEnd().split('\r\n');
        expect(heading).toMatch(first);
        const fields = heading.split(separator).length;
        for (const row of rows)
          expect(row.replaceAll(/"[^"]*"/g, '').split(separator)).toHaveLength(fields);
      }
    }
    expect((await table('due')).text).toContain('\r\n31 à 60;EUR;');
    expect((await table('due', '?notation=english')).text).toContain('\r\n31 to 60,EUR,');
  });

  test('says what the figures say, of all customers', async () => {
    for (let n = 0; n < 11; n += 1) {
      const lines = [{ productId: lamp.id, quantity: '1', unitPrice: '1' }];
      await issue({ customerId: (await billing.addCustomer()).id, currency: 'CHF', lines });
    }
    const figures = await read('?currency=CHF');
    expect(figures.customers).toHaveLength(10);
    expect(await rowsOf('customers')).toHaveLength(11);
    const [month] = figures.months;
    expect(await rowsOf('months')).toEqual([
      `${month?.month.slice(0, 7)};CHF;11,00;2,20;13,20;0,00`,
    ]);
    expect(await rowsOf('vat')).toEqual([`${month?.month.slice(0, 7)};CHF;S;20,00;11,00;2,20`]);
    expect(await rowsOf('due')).toContain('tous;CHF;13,20');
    expect((await app.request('/figures/nothing')).status).toBe(404);
  });
});

test('in each currency they are what its invoices come to, whatever was done to them', async () => {
  const step = fc.record({
    currency: fc.constantFrom('JPY', 'TND'),
    quantity: fc.constantFrom('1', '2.5', '3'),
    unitPrice: fc.constantFrom('0.333', '12.5', '1999'),
    vats: fc.uniqueArray(
      fc.constantFrom<object>({ vatRateBp: 0 }, { vatRateBp: 550 }, {}, { vatCategory: 'G' }),
      { minLength: 1, maxLength: 3 },
    ),
    next: fc.constantFrom('nothing', 'pay', 'credit', 'credit a part', 'void', 'give up'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 8 }), async (steps) => {
      for (const { currency, quantity, unitPrice, vats, next } of steps) {
        const lines = vats.map((vat) => ({ productId: lamp.id, quantity, unitPrice, ...vat }));
        const { id, issueDate, balanceMinor } = await issue({
          customerId: first.id,
          currency,
          lines,
        });
        await DOINGS[next]?.(id, { amountMinor: Math.ceil(balanceMinor / 2), paidOn: issueDate });
      }
      for (const currency of ['JPY', 'TND']) {
        const figures = await read(`?currency=${currency}`);
        expect(await sumsOf(currency)).toEqual({
          gross: sum(figures.months.map(({ grossMinor }) => grossMinor)),
          collected: sum(figures.months.map(({ collectedMinor }) => collectedMinor)),
          vat: byGroup(figures.vat),
          outstanding: figures.outstandingMinor,
          ofCustomers: sum(figures.customers.map(({ grossMinor }) => grossMinor)),
        });
      }
    }),
    // What a run leaves behind is there for the next: a smaller example would not be one.
    { numRuns: 3, endOnFailure: true },
  );
}, 60_000);

const sum = (amounts: readonly number[]) => amounts.reduce((all, one) => all + one, 0);
/** The sums of each VAT group that has any, with its base. */
const byGroup = (groups: readonly VatGroup[]) =>
  [...Map.groupBy(groups, vatKey)]
    .map(([key, rows]) => ({
      key,
      baseMinor: sum(rows.map(({ baseMinor }) => baseMinor)),
      vatMinor: sum(rows.map(({ vatMinor }) => vatMinor)),
    }))
    .filter(({ baseMinor, vatMinor }) => baseMinor !== 0 || vatMinor !== 0)
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));

const DOINGS: Record<string, (id: string, payment: object) => Promise<unknown>> = {
  pay: (id, payment) => post(`/invoices/${id}/payments`, payment),
  credit: (id) => post(`/invoices/${id}/credit-notes`, { reason: 'x', restock: false }),
  'credit a part': (id) =>
    post(`/invoices/${id}/credit-notes`, {
      reason: 'x',
      restock: false,
      lines: [{ line: 0, quantity: '0.5' }],
    }),
  void: (id) => post(`/invoices/${id}/void`, { reason: 'x', restock: false }),
  'give up': (id) => post(`/invoices/${id}/uncollectible`, {}),
};

const negative = ({ baseMinor, vatMinor, ...kind }: VatGroup): VatGroup => ({
  ...kind,
  baseMinor: -baseMinor,
  vatMinor: -vatMinor,
});

type Page = { readonly items: readonly Invoice[] };
const get = async <T>(path: string): Promise<T> =>
  JSON.parse(await (await app.request(path)).text());

/** Of all pages. */
async function idsOf(path: string, page = 0): Promise<string[]> {
  const { items } = await get<Page>(`${path}&page=${page}`);
  const ids = items.map(({ id }) => id);
  return ids.length < 100 ? ids : [...ids, ...(await idsOf(path, page + 1))];
}

/** Added up from the invoices themselves, one by one. */
async function sumsOf(currency: string) {
  const found = await idsOf(`/invoices?currency=${currency}&size=100`);
  const all = await Promise.all(
    found.map(async (id) => ({
      invoice: await get<Invoice>(`/invoices/${id}`),
      notes: (await get<Page>(`/invoices/${id}/credit-notes`)).items,
    })),
  );
  const counted = all.filter(({ invoice }) => !['draft', 'void'].includes(invoice.status));
  for (const { invoice } of counted) {
    // BR-CO-16: what is due is the total less what was paid, and less what was credited.
    const { totals, paidMinor, creditedMinor, balanceMinor } = invoice;
    expect(balanceMinor).toBe(totals.grossMinor - paidMinor - creditedMinor);
  }
  const less = (of: (document: Invoice) => number) =>
    sum(counted.map(({ invoice, notes }) => of(invoice) - sum(notes.map(of))));
  const gross = less(({ totals }) => totals.grossMinor);
  return {
    gross,
    collected: sum(counted.map(({ invoice }) => invoice.paidMinor)),
    vat: byGroup(
      counted.flatMap(({ invoice, notes }) => [
        ...invoice.totals.vat,
        ...notes.flatMap(({ totals }) => totals.vat.map(negative)),
      ]),
    ),
    outstanding: sum(
      counted.map(({ invoice }) =>
        invoice.status === 'open' ? Math.max(invoice.balanceMinor, 0) : 0,
      ),
    ),
    ofCustomers: gross,
  };
}
