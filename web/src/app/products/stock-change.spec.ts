import { deltaOf, stockAfter, stockError } from './stock-change.ts';

const stock = { onHand: '10.000', available: '4.000' };
const entry = (reason: 'receipt' | 'adjustment' | 'count', quantity: string) => ({
  reason,
  quantity,
});

describe('deltaOf()', () => {
  it('turns a count into what differs from it', () => {
    expect(deltaOf(entry('count', '7.5'), stock)).toBe('-2.5');
    expect(deltaOf(entry('receipt', '7.5'), stock)).toBe('7.5');
    expect(deltaOf(entry('receipt', ''), stock)).toBeUndefined();
  });
});

describe('stockError()', () => {
  it('takes nothing away that is promised to an invoice', () => {
    expect(stockError(entry('adjustment', '-4'), stock)).toBeUndefined();
    expect(stockError(entry('adjustment', '-4.001'), stock)).toBe('tooMuch');
    expect(stockError(entry('count', '5.999'), stock)).toBe('tooMuch');
  });

  it('refuses what changes nothing, and what is no quantity', () => {
    expect(stockError(entry('adjustment', '0'), stock)).toBe('delta');
    expect(stockError(entry('receipt', '-1'), stock)).toBe('quantity');
    expect(stockError(entry('receipt', '1.2345'), stock)).toBe('quantity');
  });

  it('takes a count that finds what was expected', () => {
    expect(stockError(entry('count', '10'), stock)).toBeUndefined();
  });
});

describe('stockAfter()', () => {
  it('adds the change to what is on hand', () => {
    expect(stockAfter('-2.5', stock)).toBe('7.5');
  });
});
