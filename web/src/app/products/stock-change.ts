import type { NewMovement, Product } from 'inventory/contract';

import { fromScaled, toScaled } from '../ui/decimal.ts';

/** What a person enters: how much came in, how much changed, or how much there is. */
export type StockEntry = {
  reason: NewMovement['reason'] | 'count';
  quantity: string;
  note: string;
  reference: string;
};

/** What is wrong with a quantity, by the name of what is said of it. */
export type StockError = 'delta' | 'quantity' | 'tooMuch';

type Stock = Pick<Product, 'onHand' | 'available'>;
type Entered = Pick<StockEntry, 'reason' | 'quantity'>;

/** By how much an entry changes what is on hand; undefined for what is no quantity. */
export function deltaOf({ reason, quantity }: Entered, { onHand }: Stock): string | undefined {
  const entered = toScaled(quantity, 3);
  if (entered === undefined) return undefined;
  return fromScaled(reason === 'count' ? entered - thousandths(onHand) : entered, 3);
}

/** Whether an entry makes sense, and takes nothing that is promised to an invoice. */
export function stockError(entry: Entered, stock: Stock): StockError | undefined {
  const isSigned = entry.reason === 'adjustment';
  const entered = toScaled(entry.quantity, 3);
  if (entered === undefined || (entered < 0 && !isSigned)) return isSigned ? 'delta' : 'quantity';
  const delta = thousandths(deltaOf(entry, stock));
  if (delta === 0 && entry.reason !== 'count') return 'delta';
  return delta + thousandths(stock.available) < 0 ? 'tooMuch' : undefined;
}

/** What is on hand once it has changed by so much. */
export function stockAfter(delta: string, { onHand }: Stock): string {
  return fromScaled(thousandths(onHand) + thousandths(delta), 3);
}

const thousandths = (quantity = '') => toScaled(quantity, 3) ?? 0;
