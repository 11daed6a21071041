import { describe, expect, test } from 'bun:test';

import { VAT_CATEGORIES } from 'inventory/vat-category';

import { lineVat } from './line-vat.ts';
import type { VatKind } from './vat-groups.ts';

const taxed = { vatCategory: 'S', vatRateBp: 550 } as const;
const reverse = { vatCategory: 'AE', vatRateBp: 0 } as const;
type Said = Parameters<typeof lineVat>[0];

describe('lineVat()', () => {
  test.each<[string, Said, VatKind, VatKind]>([
    ['nothing: that of the product', {}, taxed, taxed],
    ['nothing: that of a product without VAT', {}, reverse, reverse],
    ['a rate: S above 0', { vatRateBp: 2000 }, reverse, { vatCategory: 'S', vatRateBp: 2000 }],
    ['a rate that the product fits', { vatRateBp: 0 }, reverse, reverse],
    ['0 where the product is taxed', { vatRateBp: 0 }, taxed, { vatCategory: 'Z', vatRateBp: 0 }],
    [
      'a category without VAT: rate 0',
      { vatCategory: 'K' },
      taxed,
      { vatCategory: 'K', vatRateBp: 0 },
    ],
    ['S: the rate of the product', { vatCategory: 'S' }, taxed, taxed],
    ['both', { vatCategory: 'G', vatRateBp: 0 }, taxed, { vatCategory: 'G', vatRateBp: 0 }],
  ])('a line that says %s', (_, said, product, vat) => {
    expect(lineVat(said, product, 'Z')).toEqual(vat);
  });

  test('a rate of 0 is exempt where the company says why it charges no VAT', () => {
    expect(lineVat({ vatRateBp: 0 }, taxed, 'E')).toEqual({ vatCategory: 'E', vatRateBp: 0 });
    expect(lineVat({ vatRateBp: 0 }, reverse, 'E')).toEqual(reverse);
    const free = { vatCategory: 'Z', vatRateBp: 0 } as const;
    expect(lineVat({}, free, 'E')).toEqual({ vatCategory: 'E', vatRateBp: 0 });
    expect(lineVat({}, free, 'Z')).toEqual(free);
    expect(lineVat({ vatCategory: 'Z' }, free, 'E')).toEqual(free);
  });

  test('what a line says itself always holds', () => {
    for (const vatCategory of VAT_CATEGORIES) {
      expect(lineVat({ vatCategory }, taxed, 'Z').vatCategory).toBe(vatCategory);
      expect(lineVat({ vatCategory, vatRateBp: 1 }, taxed, 'Z').vatRateBp).toBe(1);
    }
  });
});
