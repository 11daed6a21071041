import { conflict, invalid } from 'platform/problem';

import type { Movement, NewCount, NewMovement } from './movement-contract.ts';
import { plain, quantityOf, thousandths } from './quantity.ts';

/** What there is of a product when its stock is moved. */
export type StockBefore = {
  readonly trackStock: boolean;
  readonly onHand: string;
  readonly reserved: string;
};

/** A movement as it enters the ledger of its product. */
export type LedgerEntry = Pick<
  Movement,
  'delta' | 'reason' | 'note' | 'reference' | 'balanceAfter'
> & { readonly id?: string | undefined };

/**
 * Stock that comes, goes or was wrong. Throws 422 when the reason does not go with the direction or
 * an adjustment does not say why, 409 when the product has no stock, when less than what is reserved
 * would stay, or too much to count.
 */
export function moved(stock: StockBefore, movement: NewMovement): LedgerEntry {
  assertSensible(movement);
  const change = thousandths(movement.delta);
  const available = thousandths(stock.onHand) - thousandths(stock.reserved);
  return {
    ...movement,
    balanceAfter: balanceAfter(stock, change, {
      pointer: '/delta',
      short: `${plain(available)} available, ${plain(-change)} asked for`,
    }),
  };
}

/** The movement that makes what is on hand what somebody counted. Throws 409 as `moved` does. */
export function counted(stock: StockBefore, count: NewCount): LedgerEntry {
  const change = thousandths(count.counted) - thousandths(stock.onHand);
  return {
    delta: quantityOf(change),
    reason: 'count',
    note: count.note,
    reference: '',
    balanceAfter: balanceAfter(stock, change, {
      pointer: '/counted',
      short: `${plain(thousandths(stock.reserved))} reserved, ${plain(thousandths(count.counted))} counted`,
    }),
  };
}

/** Throws 409 when what is written under the id of a movement is something else. */
export function assertSame(
  written: Movement,
  { productId, movement }: { readonly productId: string; readonly movement: NewMovement },
): void {
  const isSame =
    written.productId === productId &&
    written.reason === movement.reason &&
    thousandths(written.delta) === thousandths(movement.delta);
  if (isSame) return;
  conflict('movement-id-taken', 'Another movement has this id', {
    detail: `What is written under '${written.id}' is another movement`,
    errors: [{ pointer: '/id', code: 'taken', detail: 'Another movement has it' }],
  });
}

/** The most that a quantity of the contract can say. */
const MOST = thousandths('999999999.999');

function assertSensible({ delta, reason, note }: NewMovement): void {
  if (delta.startsWith('-') && reason !== 'adjustment') {
    invalid([{ pointer: '/delta', code: 'too_small', detail: `A ${reason} adds to the stock` }]);
  }
  if (reason === 'adjustment' && note === '') {
    invalid([{ pointer: '/note', code: 'too_small', detail: 'An adjustment says why' }]);
  }
}

function balanceAfter(
  stock: StockBefore,
  change: bigint,
  { pointer, short }: { readonly pointer: string; readonly short: string },
): string {
  const refuse = (type: string, title: string, entry: { code: string; detail: string }): never =>
    conflict(type, title, { detail: entry.detail, errors: [{ pointer, ...entry }] });

  if (!stock.trackStock) {
    conflict('stock-not-tracked', 'This product has no stock', {
      detail: 'Its stock is not tracked, as that of a service',
    });
  }
  const balance = thousandths(stock.onHand) + change;
  if (balance < thousandths(stock.reserved)) {
    refuse('stock-short', 'There is not enough in stock', { code: 'stock_short', detail: short });
  }
  if (balance > MOST) {
    const detail = `At most ${plain(MOST)} can be on hand`;
    refuse('stock-too-large', 'There would be too much in stock', { code: 'too_big', detail });
  }
  return quantityOf(balance);
}
