import { expect, test } from 'bun:test';

import { CURRENCIES, currencyExponent } from './currency.ts';
import { Currency, CurrencyCode } from './fields.ts';

test('currencyExponent() has the decimals of ISO 4217, two for what is no currency any more', () => {
  const decimals = ['JPY', 'EUR', 'TND', 'CLF', 'DEM'].map(currencyExponent);
  expect(decimals).toEqual([0, 2, 3, 4, 2]);
});

test('every currency is known to the programs that write amounts', () => {
  const named = new Set(Intl.supportedValuesOf('currency'));
  // New since 2025, or units of account: not every ICU has them.
  const young = new Set(['XCG', 'ZWG', 'UYW', 'VED']);
  expect(CURRENCIES.filter((code) => !named.has(code) && !young.has(code))).toEqual([]);
});

test('Currency takes no other three letters, CurrencyCode whatever was kept once', () => {
  for (const code of ['ZZZ', 'XXX', 'XTS', 'XAU', 'DEM', 'eur', 'EU', '']) {
    expect(Currency.safeParse(code).success).toBe(false);
  }
  for (const code of ['EUR', 'XOF', 'XPF', 'CHF']) expect(Currency.parse(code)).toBe(code);
  expect(CurrencyCode.parse('DEM')).toBe('DEM');
});
