import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import type { InvoiceSummary } from './invoice-contract.ts';
import { RECENT, testBillingApi } from './testing-api.ts';

const api = await testBillingApi('lists');
const { add, billing, credit, draftOf, issue, lines, pay, product, send } = api;

afterAll(api.stop);

const ids = async (query: string) =>
  (await send(`GET /invoices${query}`)).body.items.map(({ id }: InvoiceSummary) => id);

describe('GET /invoices', () => {
  test('searches number, customer and amount, whatever case, accents and way of writing', async () => {
    const buyer = await billing.addCustomer({ name: 'Café Zürich & Fils' });
    const price = [{ productId: product.id, quantity: '1', unitPrice: '8641.975', vatRateBp: 0 }];
    const { id, number } = await issue({ customerId: buyer.id, lines: price });
    expect(await ids('?q=cafe%20zurich')).toEqual([id]);
    expect(await ids('?q=FILS%20CAFÉ')).toEqual([id]);
    expect(await ids(`?q=${number?.toLowerCase()}`)).toEqual([id]);
    for (const amount of ['8641.98', '8641,98', '8%20641,98']) {
      expect(await ids(`?q=${amount}`)).toEqual([id]);
    }
    expect(await ids('?q=nobody-has-this-name')).toEqual([]);
  });

  test('searches the SIREN, part of a number and whole amounts, and all of it together', async () => {
    const buyer = await billing.addCustomer({ name: 'Ébène SARL', siren: '443061841' });
    const price = [{ productId: product.id, quantity: '1', unitPrice: '7531.25', vatRateBp: 0 }];
    const { id, number } = await issue({ customerId: buyer.id, lines: price });
    const [, digits = ''] = number?.split('-') ?? [];
    for (const q of [
      '443061841',
      '443 061 841',
      '06184',
      'ebene 443061841',
      '7531',
      'sarl 7531',
      'sarl 7531,25',
      `ebene ${digits}`,
      `${number} EBENE`,
    ]) {
      expect([q, await ids(`?q=${encodeURIComponent(q)}`)]).toEqual([q, [id]]);
    }
    expect(await ids(`?q=${digits}`)).toContain(id);
    expect(await ids(`?q=${number?.slice(1)}`)).toEqual([id]);
    expect(await ids('?q=ebene%207532')).toEqual([]);
    expect(await ids('?q=443061842')).toEqual([]);
  });

  test('gives first whom the search names, then whose name starts so, each the newest first', async () => {
    const made = new Map<string, string>();
    for (const name of ['Ranger', 'Rangers SA', 'Ranger Nord', 'Le Ranger', 'Étrangers'])
      made.set(name, (await add({ customerId: (await billing.addCustomer({ name })).id })).id);
    const named = async (query: string) => {
      const found = await ids(query);
      return found.map((id: string) => [...made].find(([, other]) => other === id)?.[0]);
    };
    const all = ['Ranger', 'Ranger Nord', 'Rangers SA', 'Étrangers', 'Le Ranger'];
    expect(await named('?q=ranger')).toEqual(all);
    expect([
      ...(await named('?q=ranger&size=3')),
      ...(await named('?q=ranger&size=3&page=1')),
    ]).toEqual(all);
    expect(await named('?q=ranger&sort=createdAt')).toEqual([...made.keys()]);
  });

  test('finds a draft by whom it is for now, and no more by whom it was for', async () => {
    const [before, after] = await Promise.all(
      ['Quetzal', 'Ornitho'].map((name) => billing.addCustomer({ name })),
    );
    const { id } = await add({ customerId: before?.id });
    expect(await ids('?q=quetzal')).toEqual([id]);
    const body = draftOf({ customerId: after?.id });
    expect((await send(`PUT /invoices/${id}`, { body, ifMatch: '*' })).status).toBe(200);
    expect(await ids('?q=quetzal')).toEqual([]);
    expect(await ids('?q=ornitho')).toEqual([id]);
  });

  test('filters by status and customer', async () => {
    const buyer = await billing.addCustomer({ name: 'Filtre' });
    const draft = await add({ customerId: buyer.id });
    const open = await issue({ customerId: buyer.id });
    const of = `?customerId=${buyer.id}`;
    expect(await ids(of)).toEqual([open.id, draft.id]);
    expect(await ids(`${of}&status=draft`)).toEqual([draft.id]);
    expect(await ids(`${of}&status=open`)).toEqual([open.id]);
    expect(await ids(`${of}&status=void`)).toEqual([]);
    expect((await send('GET /invoices?status=lost')).status).toBe(422);
    expect((await send('GET /invoices?customerId=7')).status).toBe(422);
  });

  test('filters by what follows from amounts and dates', async () => {
    const buyer = await billing.addCustomer({ name: 'Suivi' });
    const of = `?customerId=${buyer.id}&sort=createdAt`;
    const [open, part, credited] = [
      await issue({ customerId: buyer.id, dueDays: 0 }),
      await issue({ customerId: buyer.id }),
      await issue({ customerId: buyer.id }),
    ];
    await pay(part.id, 1);
    await credit(credited.id, { lines: [{ line: 0, quantity: '1' }] });
    expect(await ids(`${of}&state=partly-paid`)).toEqual([part.id]);
    expect(await ids(`${of}&state=credited`)).toEqual([credited.id]);
    // Due today is not overdue yet; seen from tomorrow it is.
    expect(await ids(`${of}&state=overdue`)).toEqual([]);
    await billing.database.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`update invoice set due_date = due_date - 1 where id = ${open.id}`;
    });
    expect(await ids(`${of}&state=overdue`)).toEqual([open.id]);
    const day = open.issueDate ?? '';
    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toString();
    expect(await ids(`${of}&issuedFrom=${day}&issuedTo=${day}`)).toHaveLength(3);
    expect(await ids(`${of}&issuedFrom=${next}`)).toEqual([]);
    expect(await ids(`${of}&dueFrom=${next}&currency=EUR`)).toHaveLength(2);
    expect(await ids(`${of}&dueTo=${day}`)).toEqual([open.id]);
    expect(await ids(`${of}&currency=USD`)).toEqual([]);
    expect(await ids(`${of}&paidFrom=${RECENT}&paidTo=${RECENT}`)).toEqual([part.id]);
    const dayBefore = Temporal.PlainDate.from(RECENT).subtract({ days: 1 }).toString();
    expect(await ids(`${of}&paidTo=${dayBefore}`)).toEqual([]);
    expect((await send('GET /invoices?issuedFrom=0000-00-00')).status).toBe(422);
    expect((await send('GET /invoices?state=lost')).status).toBe(422);
  });

  test('sorts by every field that it names, and pages with a total', async () => {
    const buyer = await billing.addCustomer({ name: 'Tri' });
    const made = [];
    for (const quantity of ['3', '1', '2']) {
      made.push(
        await issue({ customerId: buyer.id, dueDays: Number(quantity), lines: lines(quantity) }),
      );
    }
    const [three, one, two] = made.map(({ id }) => id);
    const of = `?customerId=${buyer.id}`;
    expect(await ids(`${of}&sort=grossMinor`)).toEqual([one, two, three]);
    expect(await ids(`${of}&sort=-dueDate`)).toEqual([three, two, one]);
    expect(await ids(`${of}&sort=number`)).toEqual([three, one, two]);
    expect(await ids(`${of}&sort=customerName,issueDate,-createdAt`)).toEqual([two, one, three]);
    const { body } = await send(`GET /invoices${of}&page=1&size=2`);
    expect(body).toMatchObject({ page: 1, size: 2, total: 3, totalIsExact: true });
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toEqual({
      id: three,
      status: 'open',
      number: made[0]?.number,
      customerId: buyer.id,
      customerName: 'Tri',
      currency: 'EUR',
      issueDate: made[0]?.issueDate,
      dueDate: made[0]?.dueDate,
      grossMinor: 4500,
      creditedMinor: 0,
      balanceMinor: 4500,
      version: 2,
      createdAt: made[0]?.createdAt,
    });
  });

  test.each(['9 876,54', '9 876,54 €', '9,876.54', '9.876,54', 'EUR 9876.54', '9876'])(
    'finds an amount written as %p',
    async (q) => {
      const line = { productId: product.id, quantity: '1', unitPrice: '9876.54', vatRateBp: 0 };
      const { id } = await add({ lines: [line] });
      expect(await ids(`?q=${encodeURIComponent(q)}`)).toContain(id);
    },
  );
});

testBadInput(api.badInput);
