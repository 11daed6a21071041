import { expect, test } from 'bun:test';

import fc from 'fast-check';

import { decimal, multilineText, signedDecimal, text } from './fields.ts';

test.each(['\u0000', 'a\u0007', 'a\nb', '\ud800', '\u0085'])('text() refuses %j', (value) => {
  expect(text(20).safeParse(value).success).toBe(false);
});

test('text() takes any other character and trims', () => {
  expect(text(20, 1).parse('  Œuf 🥚 ')).toBe('Œuf 🥚');
  expect(text(20, 1).safeParse('   ').success).toBe(false);
});

test('multilineText() takes line breaks, and no NUL', () => {
  expect(multilineText(20).parse('a\n\tb')).toBe('a\n\tb');
  expect(multilineText(20).safeParse('a\u0000').success).toBe(false);
});

test('decimal() takes what fits its digits and nothing else', () => {
  const price = decimal(3, 2);
  for (const value of ['0', '999.99', '1.5']) expect(price.parse(value)).toBe(value);
  for (const value of ['', '1000', '1.555', '-1', '1,5', '1.', '.5', '1e2', ' 1', '1\n', 'NaN']) {
    expect(price.safeParse(value).success).toBe(false);
  }
});

test('signedDecimal() takes whatever decimal() takes, with and without a minus', () => {
  fc.assert(
    fc.property(fc.nat(999), fc.nat(99), (whole, hundredths) => {
      const value = `${whole}.${String(hundredths).padStart(2, '0')}`;
      return [value, `-${value}`].every((each) => signedDecimal(3, 2).safeParse(each).success);
    }),
  );
});
