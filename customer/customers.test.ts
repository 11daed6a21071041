import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { inputOf, patched } from './customers.ts';
import { demoCustomers } from './demo.ts';

const field = fc.string({ maxLength: 20 });
const input = fc.record({
  name: field,
  email: field,
  phone: field,
  street: field,
  postalCode: field,
  city: field,
  country: field,
  siren: field,
  vatNumber: field,
});
const patch = input.chain((fields) => fc.subarray(Object.entries(fields)).map(Object.fromEntries));

test('patched() takes every field from the patch that names it, else from before', () => {
  fc.assert(
    fc.property(input, patch, (before, patch) => {
      const after = patched(before, patch);
      const expected = new Map(Object.entries(before));
      for (const [name, value] of Object.entries(patch)) expected.set(name, String(value));
      expect(new Map(Object.entries(after))).toEqual(expected);
    }),
  );
});

test('patched() with the same patch again changes nothing more', () => {
  fc.assert(
    fc.property(input, patch, (before, patch) => {
      const once = patched(before, patch);
      expect(patched(once, patch)).toEqual(once);
    }),
  );
});

test('inputOf() drops what people do not fill in', () => {
  const record = { ...demoCustomers[0]!, version: 3, createdAt: '', updatedAt: '' };
  expect(Object.keys(inputOf(record))).not.toContain('version');
  expect(Object.keys(inputOf(record))).not.toContain('id');
});
