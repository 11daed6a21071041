import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { isSiren, isVatNumber } from './company-numbers.ts';
import { CustomerInput } from './contract.ts';

// Peugeot, Google France, La Poste: what differs for the last one are its SIRETs, not its SIREN.
const REAL = ['552100554', '443061841', '356000000'];
const real = fc.constantFrom(...REAL);
const numbersOf = (fields: object) => {
  const parsed = CustomerInput.safeParse({ name: 'x', ...fields });
  return parsed.success ? [parsed.data.siren, parsed.data.vatNumber] : parsed.error.issues[0]?.path;
};

test('isSiren() knows real ones and refuses them with any one digit changed', () => {
  expect(REAL.map(isSiren)).toEqual([true, true, true]);
  fc.assert(
    fc.property(real, fc.nat(8), fc.integer({ min: 1, max: 9 }), (siren, at, by) => {
      const digit = (Number(siren[at]) + by) % 10;
      expect(isSiren(siren.slice(0, at) + digit + siren.slice(at + 1))).toBe(false);
    }),
  );
});

test.each(['', '000000000', '55210055', '5521005540', '55210055a'])('"%s" is no SIREN', (text) => {
  expect(isSiren(text)).toBe(false);
});

test('a French VAT number has the right key before the SIREN, or one with letters', () => {
  expect(isVatNumber('FR96552100554')).toBe(true);
  expect(isVatNumber('FR64443061841')).toBe(true);
  expect(isVatNumber('FRX1552100554')).toBe(true);
  for (const key of Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0')))
    expect([key, isVatNumber(`FR${key}552100554`)]).toEqual([key, key === '96']);
  for (const wrong of ['FR9655210055', 'FR96552100555', 'FRO1552100554', '96552100554'])
    expect([wrong, isVatNumber(wrong)]).toEqual([wrong, false]);
});

test('VAT numbers of other countries are taken by their form', () => {
  expect(['DE129273398', 'ATU13585627', 'IE6388047V'].map(isVatNumber)).toEqual([true, true, true]);
  expect(['D129273398', 'DE1', 'DE12345678901234'].map(isVatNumber)).toEqual([false, false, false]);
});

test('numbers may be typed as people write them', () => {
  expect(numbersOf({ siren: '552 100 554', vatNumber: 'fr 96 552 100 554' })).toEqual([
    '552100554',
    'FR96552100554',
  ]);
  expect(numbersOf({ siren: '552.100.554 ' })).toEqual(['552100554', '']);
  expect(numbersOf({ siren: '552 100 555' })).toEqual(['siren']);
  expect(numbersOf({ vatNumber: 'FR97552100554' })).toEqual(['vatNumber']);
});
