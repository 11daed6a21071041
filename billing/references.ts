import type { Product } from 'inventory/contract';
import type { FieldError } from 'platform/contract';
import { MAX_PAGE_SIZE } from 'platform/paging';
import { invalid } from 'platform/problem';

import type { Clients } from './clients.ts';
import { decimalOf, divideRounded, scaled } from './decimal.ts';
import type { Buyer, LineInput } from './invoice-contract.ts';
import { buyerOf, type DraftLine } from './invoices.ts';

/** What a draft speaks of: a customer, and products by its lines; what is not named is not asked. */
export type Asked = {
  readonly customerId?: string | undefined;
  readonly currency: string;
  readonly pricesIncludeVat?: boolean | undefined;
  readonly lines?: readonly LineInput[] | undefined;
};

/** The same, as the other services know it. */
export type Resolved = { readonly buyer?: Buyer; readonly lines?: DraftLine[] };

/**
 * Asks the other services about all that a draft names, each once and at the same time. Throws 422
 * with a pointer for what they do not know, and 503, 504 or 502 for a service that does not say.
 */
export async function resolveReferences(
  { customers, products }: Clients,
  { customerId, currency, pricesIncludeVat = false, lines }: Asked,
): Promise<Resolved> {
  const [customer, known] = await Promise.all([
    customerId === undefined ? undefined : customers.get.find({ id: customerId }),
    findProducts(products, lines?.map(({ productId }) => productId) ?? []),
  ]);
  const errors = [
    ...(customer === null ? [unknown('/customerId', 'customer')] : []),
    ...(lines ?? []).flatMap((line, index) =>
      complaints(line, known.get(line.productId.toLowerCase()), { currency, index }),
    ),
  ];
  if (errors.length > 0) invalid(errors);
  return {
    ...(customer ? { buyer: buyerOf(customer) } : {}),
    ...(lines
      ? {
          lines: lines.flatMap((line) =>
            filled(line, known.get(line.productId.toLowerCase()), pricesIncludeVat),
          ),
        }
      : {}),
  };
}

/** 422 for something that is not, or no longer, there. */
export function unknown(pointer: string, kind: 'customer' | 'product'): FieldError {
  return { pointer, code: `unknown_${kind}`, detail: `There is no such ${kind}` };
}

/** The products of these ids, by id, as many as a page holds in one call; what is not there is left out. */
export async function findProducts(
  products: Clients['products'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, Product>> {
  const left = [...new Set(ids.map((id) => id.toLowerCase()))];
  const pages: string[][] = [];
  while (left.length > 0) pages.push(left.splice(0, MAX_PAGE_SIZE));
  const found = await Promise.all(
    pages.map((page) => products.list({ ids: page, size: page.length })),
  );
  return new Map(found.flatMap(({ items }) => items.map((product) => [product.id, product])));
}

function complaints(
  line: LineInput,
  product: Product | undefined,
  { currency, index }: { currency: string; index: number },
): FieldError[] {
  if (product === undefined) return [unknown(`/lines/${index}/productId`, 'product')];
  if (line.unitPrice !== undefined || product.currency === currency) return [];
  return [
    {
      pointer: `/lines/${index}/unitPrice`,
      code: 'other_currency',
      detail: `'${product.sku}' has its price in ${product.currency}: say what it is in ${currency}`,
    },
  ];
}

/** The line with what it leaves out taken from its product. */
function filled(
  line: LineInput,
  product: Product | undefined,
  pricesIncludeVat: boolean,
): DraftLine[] {
  if (product === undefined) return [];
  const vatRateBp = line.vatRateBp ?? product.vatRateBp;
  const own = pricesIncludeVat ? withVat(product.unitPrice, vatRateBp) : product.unitPrice;
  return [
    {
      productId: line.productId,
      sku: product.sku,
      description: line.description ?? product.name,
      unit: product.unit,
      quantity: line.quantity,
      unitPrice: line.unitPrice ?? own,
      discountBp: line.discountBp,
      vatRateBp,
    },
  ];
}

/** A product's price is without VAT. */
function withVat(unitPrice: string, vatRateBp: number): string {
  const price = divideRounded(scaled(unitPrice, 6) * BigInt(10_000 + vatRateBp), 10_000n);
  return decimalOf(price, 6);
}
