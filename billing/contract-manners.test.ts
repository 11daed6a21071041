import { describe, expect, test } from 'bun:test';

import { customers } from 'customer/contract';
import { products } from 'inventory/contract';
import { asZod } from 'platform/codec';
import type { Operation } from 'platform/contract';
import { keysOf } from 'platform/schema-shape';

import { invoices } from './contract.ts';

/** Between services: told again until they are acknowledged, and the same however often. */
const REPEATABLE = /^\/(reservation|references)/;
/** They add to a ledger, whose order decides, and change no field that somebody may have seen. */
const ADDING = /\/(movements|counts)$/;

const all = [customers, products, invoices].flatMap(({ operations }) =>
  Object.values<Operation>(operations),
);
const open = all.filter(({ path }) => !REPEATABLE.test(path));
const ofRecords = open.filter(({ path }) => path.includes('{id}') || path === '/settings');
const pathsOf = (wanted: Operation['method']) =>
  open.filter(({ method }) => method === wanted).map(({ path }) => path);
const nameOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`;
const named = (operations: readonly Operation[]) =>
  operations.map((operation): [string, Operation] => [nameOf(operation), operation]);

describe('of the three contracts', () => {
  const changes = ofRecords.filter(({ method, path }) => method !== 'get' && !ADDING.test(path));
  test.each(named(changes))(
    '%s wants If-Match, and 412 gives the current state',
    (_, operation) => {
      const { request, responses } = operation;
      expect(request?.ifMatch).toBe(true);
      expect(responses[412]).toMatchObject({ kind: 'problem', current: expect.anything() });
    },
  );

  const posts = open.filter(({ method }) => method === 'post');
  test.each(named(posts))('%s may be repeated under an Idempotency-Key', (_, { request }) => {
    expect(request?.idempotencyKey).toBe(true);
  });

  const removals = open.filter(({ method }) => method === 'delete');
  test.each(named(removals))('%s answers 204', (_, { responses }) => {
    expect(responses[204]).toMatchObject({ kind: 'empty' });
  });

  const made = all.filter(({ responses }) => 201 in responses);
  test.each(named(made))('%s says where what it made is, in which version', (_, { responses }) => {
    expect(responses[201]).toMatchObject({ etag: true, location: expect.any(String) });
  });

  const whole = ofRecords.filter(
    ({ path, method }) => /\}$|^\/settings$/.test(path) && method !== 'delete',
  );
  const single = whole.filter(({ path }) => !/^\/(references|figures)/.test(path));
  test.each(named(single))('%s gives the version of the record', (_, { responses }) => {
    expect(responses[200]).toMatchObject({ kind: 'json', etag: true });
  });

  test('what can be put can be patched', () => {
    expect(pathsOf('patch')).toEqual(pathsOf('put'));
  });

  const lists = all.filter(
    ({ request }) => request?.query && keysOf(request.query).includes('size'),
  );
  test.each(named(lists))(
    '%s gives a hundred at most, sorted by what it names',
    (_, { request }) => {
      const query = asZod(request?.query ?? expect.unreachable());
      expect(query.safeParse({ size: '100' }).success).toBe(true);
      for (const wrong of ['101', '0', 'x', ''])
        expect(query.safeParse({ size: wrong }).success).toBe(false);
      const sorts = keysOf(query).includes('sort');
      expect(query.safeParse({ sort: 'password' }).success).toBe(!sorts);
    },
  );
});
