import { formatDecimal, fromScaled, parseDecimal, toScaled } from './decimal.ts';

describe('parseDecimal()', () => {
  it.each([
    ['12,5', '12.5'],
    ['12.5', '12.5'],
    ['1 234,50', '1234.5'],
    ['1\u202f234,56 €', '1234.56'],
    ['1.234,56', '1234.56'],
    ['1,234.56', '1234.56'],
    ['1.234.567', '1234567'],
    ['-3,25', '-3.25'],
    ['−3', '-3'],
    [',5', '0.5'],
    ['007', '7'],
    ['-0', '0'],
    ['12,345678', '12.345678'],
  ])('reads %s as %s', (typed, value) => {
    expect(parseDecimal(typed)).toBe(value);
  });

  it.each(['', 'abc', '12a', ',', '1-2', '--1'])('takes %s for no number', (typed) => {
    expect(parseDecimal(typed)).toBeUndefined();
  });
});

describe('formatDecimal()', () => {
  it('pads to the decimals asked for and keeps those beyond', () => {
    expect(formatDecimal('12.5', ',', 2)).toBe('12,50');
    expect(formatDecimal('12.345678', ',', 2)).toBe('12,345678');
    expect(formatDecimal('1.500', '.', 0)).toBe('1.5');
  });

  it('leaves an empty field empty', () => {
    expect(formatDecimal('', ',', 2)).toBe('');
  });
});

describe('toScaled() and fromScaled()', () => {
  it('move the point without a binary number', () => {
    expect(toScaled('5.5', 2)).toBe(550);
    expect(toScaled('1.10', 2)).toBe(110);
    expect(fromScaled(550, 2)).toBe('5.5');
    expect(fromScaled(-5, 2)).toBe('-0.05');
    expect(fromScaled(2000, 2)).toBe('20');
  });

  it('are each other’s inverse', () => {
    for (const scaled of [0, 1, 9, 10, 99, 100, 123_456, -7]) {
      expect(toScaled(fromScaled(scaled, 3), 3)).toBe(scaled);
    }
  });

  it('refuse to lose decimals', () => {
    expect(toScaled('5.555', 2)).toBeUndefined();
  });
});
