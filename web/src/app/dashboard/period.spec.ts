import { daysFrom, monthsOf, periodOf, wholeMonths } from './period.ts';

describe('periodOf()', () => {
  it.each([
    ['last-12', '2025-12-01', '2026-11-30'],
    ['this-year', '2026-01-01', '2026-12-31'],
    ['last-year', '2025-01-01', '2025-12-31'],
    ['this-quarter', '2026-10-01', '2026-12-31'],
    ['this-month', '2026-11-01', '2026-11-30'],
  ] as const)('%s is from %s to %s', (name, from, to) => {
    expect(periodOf(name, '2026-11-22')).toEqual({ from, to });
  });

  it('knows a leap year', () => {
    expect(periodOf('this-month', '2028-02-10').to).toBe('2028-02-29');
  });
});

describe('wholeMonths()', () => {
  it('reaches from the first day to the last, whichever is given first', () => {
    const whole = { from: '2026-02-01', to: '2026-04-30' };
    expect(wholeMonths('2026-02-14', '2026-04-03')).toEqual(whole);
    expect(wholeMonths('2026-04-03', '2026-02-14')).toEqual(whole);
  });
});

describe('monthsOf()', () => {
  it('names every month once, over a new year too', () => {
    expect(monthsOf({ from: '2025-11-01', to: '2026-02-28' })).toEqual([
      '2025-11-01',
      '2025-12-01',
      '2026-01-01',
      '2026-02-01',
    ]);
  });
});

describe('daysFrom()', () => {
  it('does not shift by the time zone', () => {
    expect(daysFrom('2026-03-29', 1)).toBe('2026-03-30');
    expect(daysFrom('2026-01-01', -1)).toBe('2025-12-31');
  });
});
