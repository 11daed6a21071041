import { describe, expect, test } from 'bun:test';

import fc from 'fast-check';

import { plain, quantityOf, thousandths } from './quantity.ts';

const signed = fc.bigInt({ min: -999_999_999_999n, max: 999_999_999_999n });

describe('quantities', () => {
  test('survive being written and read', () => {
    fc.assert(fc.property(signed, (value) => expect(thousandths(quantityOf(value))).toBe(value)));
    fc.assert(fc.property(signed, (value) => expect(thousandths(plain(value))).toBe(value)));
  });

  test('are read with one, two, three or no decimals', () => {
    expect(['7', '0.5', '-1.25', '1.125', '007'].map(thousandths)).toEqual([
      7000n,
      500n,
      -1250n,
      1125n,
      7000n,
    ]);
    expect([1500n, 10_000n, -5n].map(plain)).toEqual(['1.5', '10', '-0.005']);
    expect(() => thousandths('1.2345')).toThrow("Cannot read '1.2345' as a quantity");
  });
});
