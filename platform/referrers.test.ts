import { describe, expect, test } from 'bun:test';

import { contract } from './contract.ts';
import { fixedDiscovery } from './discovery.ts';
import { implement } from './implement.ts';
import { ProblemError } from './problem.ts';
import { forget, type References, references } from './references.ts';
import { askReferrers, tellReferrers } from './referrers.ts';

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

const refuse = (status: number) => () => {
  throw new ProblemError(status, 'refused', 'No');
};

describe('who is told to forget a person', () => {
  const forgotten = { id: ID, forgottenAt: '2026-11-22T12:00:00.000Z' };
  const { signal } = new AbortController();
  const telling = async (answer: () => undefined, stop = signal) => {
    const heard: object[] = [];
    const app = implement(contract('order-service', { forget }), {
      forget: async ({ id, body }) => {
        heard.push({ id, ...body });
        return answer();
      },
    });
    using up = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: (request) => app.fetch(request),
    });
    const services = ['order-service'];
    const discovery = fixedDiscovery({ 'order-service': [up.url.origin] });
    const outcome = await tellReferrers('shelves', { services, discovery })(forgotten, stop).then(
      () => 'told',
      (error: unknown) => error,
    );
    return { heard, outcome };
  };

  test('hears whose record it is, and since when', async () => {
    expect(await telling(() => undefined)).toEqual({ heard: [forgotten], outcome: 'told' });
  });

  test('has been told when the person is there again, but not when it cannot say so', async () => {
    expect((await telling(refuse(409))).outcome).toBe('told');
    expect((await telling(refuse(503))).outcome).toMatchObject({ status: 503 });
  });

  test('is left alone by who stops', async () => {
    const { outcome } = await telling(() => undefined, AbortSignal.abort());
    expect(outcome).toMatchObject({ failure: 'aborted' });
  });
});
