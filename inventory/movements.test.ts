import { describe, expect, test } from 'bun:test';

import fc from 'fast-check';
import { ProblemError } from 'platform/problem';

import { counted, moved } from './movements.ts';
import { quantityOf, thousandths } from './quantity.ts';

const amount = fc.bigInt({ min: 0n, max: 999_999_999_999n });
const signed = fc.bigInt({ min: -999_999_999_999n, max: 999_999_999_999n });
const stock = fc.tuple(amount, amount).map(([reserved, available]) => ({
  trackStock: true,
  onHand: quantityOf(reserved + available),
  reserved: quantityOf(reserved),
}));
const fits = (balance: bigint, { reserved }: { reserved: string }) =>
  balance >= thousandths(reserved) && balance <= 999_999_999_999n;
const typeOf = (work: () => unknown) => {
  try {
    work();
    return 'done';
  } catch (error) {
    return error instanceof ProblemError ? error.type : String(error);
  }
};

describe('moved()', () => {
  const receipt = { delta: '1', reason: 'receipt', note: '', reference: '' } as const;
  const plenty = { trackStock: true, onHand: '5', reserved: '0' };

  test('adds exactly, and never leaves less than what is reserved', () => {
    fc.assert(
      fc.property(stock, signed, (stock, delta) => {
        const movement = { ...receipt, delta: quantityOf(delta), reason: 'adjustment', note: 'x' };
        const balance = thousandths(stock.onHand) + delta;
        const result = typeOf(() =>
          expect(moved(stock, { ...movement, reason: 'adjustment' })).toEqual({
            ...movement,
            reason: 'adjustment',
            balanceAfter: quantityOf(balance),
          }),
        );
        expect(result === 'done').toBe(fits(balance, stock));
      }),
    );
  });

  test('refuses a receipt that takes away, an adjustment that does not say why, and a service', () => {
    expect(typeOf(() => moved(plenty, { ...receipt, delta: '-1' }))).toBe('invalid-request');
    expect(typeOf(() => moved(plenty, { ...receipt, reason: 'adjustment' }))).toBe(
      'invalid-request',
    );
    expect(typeOf(() => moved({ ...plenty, trackStock: false }, receipt))).toBe(
      'stock-not-tracked',
    );
  });
});

test('counted() makes what is on hand what was counted, unless more is reserved', () => {
  fc.assert(
    fc.property(stock, amount, (stock, found) => {
      const result = typeOf(() => {
        const { delta, balanceAfter } = counted(stock, { counted: quantityOf(found), note: '' });
        expect(balanceAfter).toBe(quantityOf(found));
        expect(thousandths(stock.onHand) + thousandths(delta)).toBe(found);
      });
      expect(result === 'done').toBe(fits(found, stock));
    }),
  );
});
