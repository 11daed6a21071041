import { afterAll, describe, expect, test } from 'bun:test';

import type { AuditEvent } from 'platform/audit';
import { testBadInput } from 'platform/bad-input';

import { testBillingApi, UNKNOWN } from './testing-api.ts';

const api = await testBillingApi('history');
const { add, billing, finalize, makeVoid, send } = api;

afterAll(api.stop);

const historyOf = async (id: string) => (await send(`GET /invoices/${id}/history`)).body;
const byField = (one: { field: string }, other: { field: string }) =>
  one.field < other.field ? -1 : 1;

describe('GET /invoices/{id}/history', () => {
  test('says what was done, by which request, with what was before and after', async () => {
    const { id } = await add();
    const changed = await send(`PATCH /invoices/${id}`, {
      body: { dueDays: 5 },
      ifMatch: 1,
      headers: { 'x-request-id': 'from-the-test', 'x-forwarded-user': 'helene' },
    });
    expect(changed.status).toBe(200);
    await finalize(id, { ifMatch: 2 });
    await makeVoid(id, false);
    const { items, next } = await historyOf(id);
    expect(next).toBeNull();
    const actions = items.map(({ action }: AuditEvent) => action);
    expect(actions).toEqual(['voided', 'issued', 'changed', 'created']);
    expect(items[2]).toMatchObject({
      who: 'helene',
      requestId: 'from-the-test',
      changes: [{ field: 'dueDays', before: 30, after: 5 }],
    });
    expect(items[1].changes).toContainEqual({ field: 'status', before: 'draft', after: 'open' });
    expect(items[1].changes).toContainEqual({
      field: 'number',
      before: null,
      after: expect.stringMatching(/^F/),
    });
    expect(items[0].changes.toSorted(byField)).toEqual([
      { field: 'balanceMinor', before: 3000, after: 0 },
      { field: 'status', before: 'open', after: 'void' },
      { field: 'voidReason', before: '', after: 'Erreur' },
    ]);
  });

  test('remembers a draft that was deleted, and 404 for what never was', async () => {
    const { id } = await add();
    await send(`DELETE /invoices/${id}`, { ifMatch: 1 });
    const [{ action, changes }] = (await historyOf(id)).items;
    expect(action).toBe('deleted');
    expect(changes).toContainEqual({ field: 'status', before: 'draft', after: null });
    expect((await send(`GET /invoices/${UNKNOWN}/history`)).status).toBe(404);
  });

  test('is empty for an invoice that was brought in from elsewhere', async () => {
    const { id } = await add();
    const other = Bun.randomUUIDv7();
    await billing.database.sql`
      insert into invoice (id, customer_id, buyer, currency, currency_exponent, due_days, notes,
        net_minor, vat, vat_minor, gross_minor)
      select ${other}, customer_id, buyer, currency, currency_exponent, due_days, notes,
        net_minor, vat, vat_minor, gross_minor
      from invoice where id = ${id}
    `;
    expect(await historyOf(other)).toEqual({ items: [], next: null });
  });

  test('nothing is noted of what was refused', async () => {
    const { id } = await add();
    await send(`PATCH /invoices/${id}`, { body: { dueDays: 5 }, ifMatch: 9 });
    await makeVoid(id, false);
    expect((await historyOf(id)).items).toHaveLength(1);
  });
});

testBadInput(api.badInput);
