import { expect, test } from 'bun:test';

import { createRetryBudget } from './retry-budget.ts';

test('a quiet client may retry ten times, then again as time passes', () => {
  let nowMs = 0;
  const budget = createRetryBudget({ now: () => nowMs });
  const retries = () => {
    let count = 0;
    while (budget.withdraw()) count += 1;
    return count;
  };
  expect(retries()).toBe(10);
  nowMs = 500;
  expect(retries()).toBe(5);
  nowMs = 60_000;
  expect(retries()).toBe(10);
});

test('a busy client may retry one call in five, and cannot save up without end', () => {
  const budget = createRetryBudget({ reservePerSecond: 0, now: () => 0 });
  let retries = 0;
  for (let call = 0; call < 1000; call += 1) {
    budget.deposit();
    if (budget.withdraw()) retries += 1;
  }
  expect(retries).toBeWithin(150, 201);
});
