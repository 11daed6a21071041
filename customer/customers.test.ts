import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { CustomerInput } from './contract.ts';
import { anonymised } from './customers.ts';

const known = fc.record(
  Object.fromEntries(
    Object.keys(CustomerInput.shape).map((field) => [
      field,
      fc.string({ minLength: 5 }).map((text) => `known ${text}`),
    ]),
  ),
);

test('anonymised() keeps nothing of what was known but country and currency', () => {
  fc.assert(
    fc.property(known, (customer) => {
      const left = anonymised({ ...CustomerInput.parse({ name: 'x' }), ...customer });
      const kept = Object.entries(left).filter(([, value]) => `${value}`.startsWith('known'));
      expect(kept.map(([field]) => field)).toEqual(['country', 'currency']);
      const valid = { ...left, country: 'FR', currency: 'EUR' };
      expect(CustomerInput.parse(valid)).toEqual(valid);
    }),
  );
});
