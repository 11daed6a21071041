import { afterAll, expect, test } from 'bun:test';

import type { Operation } from 'platform/contract';

import { invoices } from './contract.ts';
import { RECENT, testBillingApi } from './testing-api.ts';

const api = await testBillingApi();
const { add, draftOf, issue, send } = api;

afterAll(api.stop);

/** A request for each operation that takes a key, each for a record of its own. */
const requests = {
  create: async () => ['POST /invoices', draftOf()] as const,
  finalize: async () => [`POST /invoices/${(await add()).id}/finalize`] as const,
  void: async () =>
    [`POST /invoices/${(await issue()).id}/void`, { restock: false, reason: 'x' }] as const,
  pay: async () =>
    [`POST /invoices/${(await issue()).id}/payments`, { amountMinor: 1, paidOn: RECENT }] as const,
  writeOff: async () => [`POST /invoices/${(await issue()).id}/uncollectible`] as const,
  credit: async () =>
    [`POST /invoices/${(await issue()).id}/credit-notes`, { restock: false, reason: 'x' }] as const,
};

test('every operation that takes a key is tried', () => {
  const keyed = Object.entries<Operation>(invoices.operations)
    .filter(([, { request }]) => request?.idempotencyKey)
    .map(([name]) => name);
  expect(Object.keys(requests).toSorted()).toEqual(keyed.toSorted());
});

test.each(Object.entries(requests))(
  'a repeat of %s gets the first reply, whatever its If-Match, and is told so',
  async (name, make) => {
    const [line, body] = await make();
    const sent = { ...(body && { body }), ifMatch: '*', idempotencyKey: `replayed-${name}` };
    const first = await send(line, sent);
    expect(first.status).toBeLessThan(300);
    const again = await send(line, { ...sent, ifMatch: 99 });
    expect([again.status, again.body]).toEqual([first.status, first.body]);
    for (const header of ['etag', 'location'])
      expect(again.headers.get(header)).toBe(first.headers.get(header));
    const told = [first, again].map(({ headers }) => headers.get('idempotent-replayed'));
    expect(told).toEqual([null, 'true']);
  },
);
