import type { Clients } from './clients.ts';
import { decimalOf, scaled } from './decimal.ts';
import type { InvoiceLine } from './invoice-contract.ts';
import type { StockLine } from './outbox-store.ts';
import { findProducts } from './references.ts';

/**
 * What of the lines comes back into stock, summed by product: services have none. The inventory is
 * asked, and nothing comes back without it.
 */
export async function returnedStock(
  { products }: Clients,
  lines: readonly Pick<InvoiceLine, 'productId' | 'quantity'>[],
): Promise<StockLine[]> {
  const known = await findProducts(products, lines);
  const returned = new Map<string, bigint>();
  for (const { productId, quantity } of lines) {
    if (!known.get(productId)?.trackStock) continue;
    returned.set(productId, (returned.get(productId) ?? 0n) + scaled(quantity, SCALE));
  }
  return [...returned].map(([productId, quantity]) => ({
    productId,
    quantity: decimalOf(quantity, SCALE),
  }));
}

const SCALE = 3;
