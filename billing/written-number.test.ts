import { expect, test } from 'bun:test';

import { writtenNumber } from './written-number.ts';

test.each([
  '1234.56',
  '1234,56',
  '1 234,56',
  '1\u202F234,56 €',
  '1\u00A0234,56',
  "1'234.56",
  '1,234.56',
  '£1,234.56',
  '1.234,56',
  '1 234,56 EUR',
  'eur 1234.56',
])('%p is 1234.56', (text) => {
  expect(writtenNumber(text)).toBe('1234.56');
});

test.each([
  ['1 234 €', '1234'],
  ['$1,234,567', '1234567'],
  ['1.234.567,5', '1234567.5'],
  ['1,234', '1.234'],
  ['0,5', '0.5'],
  ['1 500 JPY', '1500'],
  ['krw1500', '1500'],
  ['732 829 320 00074', '73282932000074'],
])('%p is %p', (text, number) => {
  expect(writtenNumber(text)).toBe(number);
});

test.each(['', 'AXA 12', '12 AXA', '1,23,456.7', '1.2.3', '12.', '.5', 'F2026-00012', '1e3', '-1'])(
  '%p is no number',
  (text) => {
    expect(writtenNumber(text)).toBeUndefined();
  },
);
