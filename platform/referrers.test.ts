import { expect, test } from 'bun:test';

import { contract } from './contract.ts';
import { fixedDiscovery } from './discovery.ts';
import { implement } from './implement.ts';
import { type References, references } from './references.ts';
import { askReferrers } from './referrers.ts';

const ID = '01930000-0000-7000-8000-000000000001';

function orders(answer: (collection: string) => References['references']) {
  const app = implement(contract('order-service', { references }), {
    references: ({ collection }) => ({ references: answer(collection) }),
  });
  return Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => app.fetch(request) });
}

const asking = (url?: string) =>
  askReferrers('shelves', {
    services: ['order-service'],
    discovery: fixedDiscovery(url === undefined ? {} : { 'order-service': [url] }),
  });

test('a record to which nothing refers may go', async () => {
  using up = orders(() => []);
  expect(await asking(up.url.origin)(ID)).toBeUndefined();
});

test('409 says what refers to a record, and how often', async () => {
  using up = orders((collection) => [
    { kind: 'orders', count: 3 },
    { kind: `${collection}-plans`, count: 1 },
  ]);
  expect(asking(up.url.origin)(ID)).rejects.toMatchObject({
    status: 409,
    type: 'in-use',
    options: {
      detail: `What refers to '${ID}': orders: 3, shelves-plans: 1. Archive it instead`,
      errors: [
        { pointer: '', code: 'referred_by_orders', detail: 'orders: 3' },
        { pointer: '', code: 'referred_by_shelves-plans', detail: 'shelves-plans: 1' },
      ],
    },
  });
});

test('who cannot be asked keeps the record', async () => {
  expect(asking()(ID)).rejects.toMatchObject({ failure: 'unavailable' });
});
