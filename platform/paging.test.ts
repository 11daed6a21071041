import { expect, test } from 'bun:test';

import { z } from 'zod';

import { listQuery } from './paging.ts';

const query = listQuery(['name', 'createdAt']);

test('listQuery() fills in the first page of twenty', () => {
  expect(z.decode(query, {})).toEqual({ q: '', sort: [], page: 0, size: 20 });
});

test('listQuery() reads several sort keys, with - for descending', () => {
  expect(z.decode(query, { sort: 'name,-createdAt' }).sort).toEqual([
    { field: 'name', descending: false },
    { field: 'createdAt', descending: true },
  ]);
});

test.each([
  { sort: 'price' },
  { sort: 'name,' },
  { page: '-1' },
  { page: '1.5' },
  { size: '0' },
  { size: '101' },
])('listQuery() refuses %p', (wire) => {
  expect(z.safeDecode(query, wire).success).toBe(false);
});

test('listQuery() writes what it read', () => {
  const wire = { q: 'é', sort: '-name,createdAt', page: '3', size: '50' };
  expect(z.encode(query, z.decode(query, wire))).toEqual(wire);
});
