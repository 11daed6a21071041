import { describe, expect, test } from 'bun:test';

import fc from 'fast-check';

import { quantityOf, thousandths } from './quantity.ts';
import { shortages } from './reservation-refusals.ts';
import { demandOf, heldBy, isSameDemand } from './reservations.ts';
import { changesBetween } from './stock-changes.ts';

const amount = fc.bigInt({ min: 0n, max: 999_999_999_999n });
const productId = fc.constantFrom('a', 'b', 'c');
const lines = fc.array(fc.record({ productId, quantity: amount.map(quantityOf) }), {
  maxLength: 8,
});
const sum = (each: readonly { quantity: string }[]) =>
  each.reduce((total, { quantity }) => total + thousandths(quantity), 0n);

describe('reservations', () => {
  test('demandOf() keeps every product once, every line, and the sum', () => {
    fc.assert(
      fc.property(lines, (lines) => {
        const demand = demandOf(lines);
        expect(new Set(demand.map(({ productId }) => productId)).size).toBe(demand.length);
        expect(demand.flatMap((each) => each.lines).toSorted((a, b) => a - b)).toEqual([
          ...lines.keys(),
        ]);
        expect(sum(demand)).toBe(sum(lines));
      }),
    );
  });

  test('isSameDemand() does not mind the order or how lines are split', () => {
    fc.assert(
      fc.property(lines, (lines) => {
        expect(isSameDemand(demandOf(lines), demandOf(lines.toReversed()))).toBe(true);
        const more = [...lines, { productId: 'a', quantity: '0.001' }];
        expect(isSameDemand(demandOf(lines), demandOf(more))).toBe(false);
      }),
    );
  });

  test('shortages() names a line exactly when its product has less than all lines ask for', () => {
    fc.assert(
      fc.property(lines, amount, amount, (lines, available, own) => {
        const stocks = new Map(
          ['a', 'b', 'c'].map((id) => [
            id,
            { id, trackStock: id !== 'c', onHand: available, reserved: 0n },
          ]),
        );
        const short = shortages(demandOf(lines), stocks, new Map([['b', own]]));
        const asked = new Map(
          demandOf(lines).map((each) => [each.productId, thousandths(each.quantity)]),
        );
        const expected = [...lines.entries()]
          .filter(([, { productId }]) => {
            const there = productId === 'b' ? available + own : available;
            return productId !== 'c' && (asked.get(productId) ?? 0n) > there;
          })
          .map(([index]) => `/lines/${index}/quantity`);
        expect(short.map(({ pointer }) => pointer).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  test('changesBetween() turns what is held into what is to be held', () => {
    const held = fc.dictionary(productId, amount).map((each) => new Map(Object.entries(each)));
    fc.assert(
      fc.property(held, held, (before, after) => {
        const result = new Map(before);
        for (const { productId, reserved } of changesBetween(before, after)) {
          result.set(productId, (result.get(productId) ?? 0n) + reserved);
        }
        for (const id of ['a', 'b', 'c']) expect(result.get(id) ?? 0n).toBe(after.get(id) ?? 0n);
      }),
    );
    expect(heldBy([{ productId: 'a', quantity: '1', tracked: false }]).size).toBe(0);
  });
});
