import { type Outcome, outcomeOf } from './outcome.ts';

/** What there is of one product, in thousandths. */
export type Stock = {
  readonly id: string;
  readonly trackStock: boolean;
  readonly onHand: bigint;
  readonly reserved: bigint;
};

/** The same by product. */
export type Stocks = ReadonlyMap<string, Stock>;

/** What changes about one product's stock, in thousandths. */
export type StockChange = {
  readonly productId: string;
  readonly onHand: bigint;
  readonly reserved: bigint;
};

/** How stock changes when what is held becomes something else, and some is taken off the shelf. */
export function changesBetween(
  held: ReadonlyMap<string, bigint>,
  toHold: ReadonlyMap<string, bigint>,
  taken: ReadonlyMap<string, bigint> = new Map(),
): StockChange[] {
  const productIds = new Set([...held.keys(), ...toHold.keys(), ...taken.keys()]);
  return [...productIds]
    .map((productId) => ({
      productId,
      reserved: (toHold.get(productId) ?? 0n) - (held.get(productId) ?? 0n),
      onHand: -(taken.get(productId) ?? 0n),
    }))
    .filter(({ reserved, onHand }) => reserved !== 0n || onHand !== 0n);
}

/** The changes as one of each product. */
export function summed(changes: readonly StockChange[]): StockChange[] {
  const sums = new Map<string, StockChange>();
  for (const change of changes) {
    const { onHand, reserved } = sums.get(change.productId) ?? NO_CHANGE;
    sums.set(change.productId, {
      productId: change.productId,
      onHand: onHand + change.onHand,
      reserved: reserved + change.reserved,
    });
  }
  return [...sums.values()];
}

const NO_CHANGE = { onHand: 0n, reserved: 0n };

/**
 * Works out each by itself and in their order: the later ones see the stock that the earlier ones
 * leave, and one that cannot be does not keep the others.
 */
export function eachInTurn<I, O extends { readonly changes: readonly StockChange[] }>(
  items: readonly I[],
  stocks: Stocks,
  work: (item: I, stocks: Stocks) => O,
): Outcome<O>[] {
  const current = new Map(stocks);
  return items.map((item) => {
    const outcome = outcomeOf(() => work(item, current));
    if (!outcome.error) change(current, outcome.value.changes);
    return outcome;
  });
}

/** Makes the changes in what is known of the stock; what is not tracked has none to change. */
function change(stocks: Map<string, Stock>, changes: readonly StockChange[]): void {
  for (const { productId, onHand, reserved } of changes) {
    const stock = stocks.get(productId);
    if (stock === undefined) continue;
    stocks.set(productId, {
      ...stock,
      onHand: stock.onHand + onHand,
      reserved: stock.reserved + reserved,
    });
  }
}
