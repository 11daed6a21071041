import { afterAll, describe, expect, test } from 'bun:test';

import { testBadInput } from 'platform/bad-input';

import { pointersOf, testBillingApi } from './testing-api.ts';

const api = await testBillingApi('settings');
const { add, billing, credit, finalize, issue, patchSettings, put, send } = api;

afterAll(api.stop);

const byField = (one: { field: string }, other: { field: string }) =>
  one.field < other.field ? -1 : 1;

describe('/settings', () => {
  const seller = { name: 'Ateliers Dupont', legalForm: 'SARL', capital: '10 000 €', rcs: 'Lyon' };

  test('has what the law asks for until somebody says otherwise', async () => {
    const { status, headers, body } = await send('GET /settings');
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toMatchObject({
      seller: { name: '', country: 'FR' },
      vatRatesBp: [2000, 1000, 550, 210, 0],
      invoiceSeries: 'F',
      creditNoteSeries: 'A',
      recoveryFeeMinor: 4000,
      timeZone: 'Europe/Paris',
    });
  });

  test('PUT answers 428, 412 with the current state, and 422 with pointers', async () => {
    expect((await put({ seller }, {})).status).toBe(428);
    const stale = await put({ seller }, { ifMatch: 7 });
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ version: 1 });
    for (const [body, pointer] of [
      [{ seller: { ...seller, siren: '1' } }, '/seller/siren'],
      [{ seller, creditNoteSeries: 'F' }, '/creditNoteSeries'],
      [{ seller, timeZone: 'Europe/Atlantis' }, '/timeZone'],
      [{ seller, vatRatesBp: [] }, '/vatRatesBp'],
      [{ seller: { ...seller, email: 'nobody' } }, '/seller/email'],
    ] as const) {
      const answer = await put(body);
      expect(answer.status).toBe(422);
      expect(pointersOf(answer.body)).toEqual([pointer]);
    }
    expect((await send('GET /settings')).body.version).toBe(1);
  });

  test('PATCH changes what it names, of the seller too, and the history says no more', async () => {
    const { body: before } = await put({ seller, dueDays: 30 });
    const body = { seller: { city: 'Lyon' }, dueDays: 15 };
    const { status, headers, body: after } = await patchSettings(body, { ifMatch: before.version });
    expect([status, headers.get('etag')]).toEqual([200, `"${before.version + 1}"`]);
    const { updatedAt } = after;
    const expected = { ...before, dueDays: 15, seller: { ...before.seller, city: 'Lyon' } };
    expect(after).toEqual({ ...expected, updatedAt, version: before.version + 1 });
    const { items } = (await send('GET /settings/history?size=1')).body;
    expect(items[0].changes.toSorted(byField)).toEqual([
      { field: 'city', before: '', after: 'Lyon' },
      { field: 'dueDays', before: 30, after: 15 },
    ]);
    await put({ seller });
  });

  test('PATCH answers 428, 412 with the current state, and 422 with pointers', async () => {
    const { body: before } = await put({ seller });
    expect((await patchSettings({ dueDays: 1 }, {})).status).toBe(428);
    const stale = await patchSettings({ dueDays: 1 }, { ifMatch: before.version - 1 });
    expect([stale.status, stale.body.current]).toEqual([412, before]);
    for (const [body, pointer] of [
      [{ seller: { siren: '1' } }, '/seller/siren'],
      [{ seller: { cityy: 'Lyon' } }, '/seller/cityy'],
      [{ creditNoteSeries: before.invoiceSeries }, '/creditNoteSeries'],
      [{ timeZone: 'Europe/Atlantis' }, '/timeZone'],
      [{ dueDays: null }, '/dueDays'],
    ] as const) {
      const answer = await patchSettings(body);
      expect([answer.status, pointersOf(answer.body)]).toEqual([422, [pointer]]);
    }
    expect((await send('GET /settings')).body).toEqual(before);
  });

  // In Niue it is never the day that it is in Kiritimati, where days begin first.
  test.each([
    ['Pacific/Kiritimati', 2],
    ['Pacific/Niue', 0],
  ])(
    'days are those of the company in %s, and nothing shifts them',
    async (timeZone, daysAhead) => {
      const days = () => Temporal.Now.plainDateISO(timeZone);
      // A series of its own: one that is a day ahead would not go back.
      const invoiceSeries = timeZone.endsWith('Niue') ? 'NIU' : 'KIR';
      await put({ seller: {}, timeZone, invoiceSeries });
      const before = days();
      const { id, issueDate, dueDate } = await issue({ dueDays: 31 });
      expect([String(before), String(days())]).toContain(issueDate!);
      expect(dueDate).toBe(Temporal.PlainDate.from(issueDate!).add({ days: 31 }).toString());
      const paid = (paidOn: string) =>
        send(`POST /invoices/${id}/payments`, { body: { amountMinor: 1, paidOn }, ifMatch: '*' });
      const paidOn = String(days());
      expect((await paid(paidOn)).status).toBe(201);
      const { items } = (await send(`GET /invoices/${id}/payments`)).body;
      expect(items[0].paidOn).toBe(paidOn);
      const ahead = Temporal.Now.plainDateISO('Pacific/Kiritimati').add({ days: daysAhead });
      expect(await paid(String(ahead))).toMatchObject({ status: 422 });
    },
  );

  test('a draft is due when the settings say, unless it says itself', async () => {
    const settings = { seller: {}, dueDays: 45 };
    expect((await put(settings)).status).toBe(200);
    expect((await add()).dueDays).toBe(45);
    expect((await add({ dueDays: 0 })).dueDays).toBe(0);
  });

  test('a draft is due as its customer pays, else as the settings say, unless it says itself', async () => {
    await put({ seller: {}, dueDays: 10, dueEndOfMonth: true });
    const terms = { dueDays: 45, dueEndOfMonth: true };
    const { id: customerId } = await billing.addCustomer(terms);
    const prompt = await billing.addCustomer({ dueDays: 0 });
    expect(await add()).toMatchObject({ dueDays: 10, dueEndOfMonth: true });
    expect(await add({ dueDays: 20 })).toMatchObject({ dueDays: 20, dueEndOfMonth: false });
    expect(await add({ dueEndOfMonth: false })).toMatchObject({
      dueDays: 10,
      dueEndOfMonth: false,
    });
    expect(await add({ customerId: prompt.id })).toMatchObject({
      dueDays: 0,
      dueEndOfMonth: false,
    });
    const draft = await add({ customerId });
    expect(draft).toMatchObject(terms);
    const line = `PATCH /invoices/${draft.id}`;
    const patched = await send(line, { body: { dueDays: 60 }, ifMatch: '*' });
    expect(patched.body).toMatchObject({ dueDays: 60, dueEndOfMonth: true });
    const { body: issued } = await finalize(draft.id);
    const last = Temporal.PlainDate.from(issued.issueDate).add({ days: 60 });
    expect(issued.dueDate).toBe(String(last.with({ day: last.daysInMonth })));
    await put({ seller: {} });
  });

  test('GET /settings/history says who changed what, and nothing of what was refused', async () => {
    await put({ seller, dueDays: 30 });
    const headers = { 'x-request-id': 'request-9', 'x-forwarded-user': 'anna@example.com' };
    await put({ seller: { ...seller, name: 'Nouveau' }, dueDays: 60 }, { ifMatch: '*', headers });
    await put({ seller, timeZone: 'Europe/Atlantis' });
    await put({ seller, dueDays: 1 }, { ifMatch: 0 });
    const { items } = (await send('GET /settings/history?size=1')).body;
    expect(items).toMatchObject([
      { action: 'changed', who: 'anna@example.com', requestId: 'request-9' },
    ]);
    expect(items[0].changes).toEqual([
      { field: 'name', before: seller.name, after: 'Nouveau' },
      { field: 'dueDays', before: 30, after: 60 },
    ]);
    await put({ seller });
  });

  test('a series goes on after its last day, also when a clock or a zone goes back over New Year', async () => {
    const year = Temporal.Now.plainDateISO('Europe/Paris').year + 1;
    const day = `${year}-01-01`;
    await billing.database.sql`
      insert into number_series (series, year, last_seq, last_issue_date)
      values ('LATE', ${year}, 3, ${day})
    `;
    await put({ seller, invoiceSeries: 'LATE' });
    expect(await issue()).toMatchObject({ number: `LATE${year}-00004`, issueDate: day });
    await put({ seller });
  });

  test('another series counts on its own, and one that has invoices takes no credit notes', async () => {
    await put({ seller, invoiceSeries: 'FA' });
    expect((await issue()).number).toMatch(/^FA\d{4}-00001$/);
    const answer = await put({ seller, invoiceSeries: 'FB', creditNoteSeries: 'FA' });
    expect(answer.status).toBe(422);
    expect(pointersOf(answer.body)).toEqual(['/creditNoteSeries']);
    await put({ seller });
    expect((await credit((await issue()).id)).body.number).toMatch(/^A/);
    expect((await put({ seller, invoiceSeries: 'A', creditNoteSeries: 'B' })).status).toBe(422);
    await put({ seller });
  });
});

testBadInput(api.badInput);
