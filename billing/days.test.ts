import { describe, expect, test } from 'bun:test';

import { ProblemError } from 'platform/problem';

import { assertDeliveredOn, assertPaidOn, dueDateOf } from './days.ts';

const TODAY = '2028-02-29';

/** The code and the bound that the refusal names, or nothing. */
function refusal(check: () => void): string | undefined {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const [first] = error.options.errors ?? [];
    return `${first?.pointer} ${first?.code}: ${first?.detail}`;
  }
  return undefined;
}

test.each([
  ['2026-01-15', 45, false, '2026-03-01'],
  ['2026-01-15', 45, true, '2026-03-31'],
  ['2026-01-14', 45, true, '2026-02-28'],
  ['2028-01-15', 45, true, '2028-02-29'],
  ['2026-12-31', 0, true, '2026-12-31'],
  ['2026-12-02', 30, true, '2027-01-31'],
])('dueDateOf() of %s in %i days, end of month %p, is %s', (day, dueDays, dueEndOfMonth, due) => {
  expect(dueDateOf(day, { dueDays, dueEndOfMonth })).toBe(due);
});

const paid = (paidOn: string) =>
  refusal(() => assertPaidOn({ issueDate: '2028-02-10' }, paidOn, TODAY));
const delivered = (day: string) => refusal(() => assertDeliveredOn(day, TODAY));

describe('assertPaidOn()', () => {
  test('takes any day from a year before the invoice until today', () => {
    for (const day of ['2027-02-10', '2028-01-31', '2028-02-10', TODAY]) {
      expect(paid(day)).toBeUndefined();
    }
  });

  test('refuses tomorrow, and what is more than a year before the invoice', () => {
    expect(paid('2028-03-01')).toBe('/paidOn too_late: Must be 2028-02-29 or earlier');
    expect(paid('2027-02-09')).toBe('/paidOn too_early: Must be 2027-02-10 or later');
  });
});

describe('assertDeliveredOn()', () => {
  test('takes ten years back and one ahead, and nothing beyond', () => {
    for (const day of ['2018-02-28', TODAY, '2029-02-28']) expect(delivered(day)).toBeUndefined();
    expect(delivered('2018-02-27')).toStartWith('/deliveredOn too_early');
    expect(delivered('2029-03-01')).toStartWith('/deliveredOn too_late');
  });
});
