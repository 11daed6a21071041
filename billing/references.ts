import type { Customer } from 'customer/contract';
import type { Product } from 'inventory/contract';
import type { VatCategory } from 'inventory/vat-category';
import type { FieldError } from 'platform/contract';
import { Currency } from 'platform/fields';
import { MAX_PAGE_SIZE } from 'platform/paging';
import { invalid } from 'platform/problem';

import type { Clients } from './clients.ts';
import type { DueTerms } from './days.ts';
import { draftLine, type LineTerms } from './draft-line.ts';
import type { Buyer, Invoice, LineInput } from './invoice-contract.ts';
import { buyerOf, type DraftLine } from './invoices.ts';

/** What a draft speaks of: a customer, and products by its lines; what is not named is not asked. */
export type Asked = {
  readonly customerId?: string | undefined;
  /** That of the customer where it is left out. */
  readonly currency?: string | undefined;
  readonly pricesIncludeVat?: boolean | undefined;
  /** The category of what bears no VAT, where nothing else says it. */
  readonly untaxed: VatCategory;
  readonly lines?: readonly LineInput[] | undefined;
};

/** The same, as the other services know it. */
export type Resolved = {
  readonly buyer: Buyer | undefined;
  readonly currency: string | undefined;
  /** When the customer pays, where that is known of him. */
  readonly terms: DueTerms | undefined;
  readonly lines: DraftLine[] | undefined;
  /** What the lines sell; null where there are none. */
  readonly operation: Invoice['operation'] | undefined;
};

/**
 * Asks the other services about all that a draft names, each once and at the same time. Throws 422
 * with a pointer for what they do not know, and 503, 504 or 502 for a service that does not say.
 */
export async function resolveReferences(
  { customers, products }: Clients,
  { customerId, lines, pricesIncludeVat, untaxed, ...asked }: Asked,
): Promise<Resolved> {
  const [customer, known] = await Promise.all([
    customerId === undefined ? undefined : customers.get.find({ id: customerId }),
    findProducts(products, lines),
  ]);
  const currency = asked.currency ?? customer?.currency;
  const terms = { currency, pricesIncludeVat, untaxed };
  const found = (lines ?? []).map((line, index) =>
    foundLine(line, known.get(line.productId), terms, `/lines/${index}`),
  );
  const errors = [
    ...(customer === null ? [unknown('/customerId', 'customer')] : []),
    ...oddCurrency(currency),
    ...found.flatMap(({ errors }) => errors),
  ];
  if (errors.length > 0) invalid(errors);
  return {
    buyer: customer ? buyerOf(customer) : undefined,
    currency,
    terms: termsOf(customer),
    lines: lines && found.flatMap(({ line }) => line ?? []),
    operation: lines && operationOf([...known.values()]),
  };
}

function termsOf(customer: Customer | null | undefined): DueTerms | undefined {
  const { dueDays = null, dueEndOfMonth = false } = customer ?? {};
  return dueDays === null ? undefined : { dueDays, dueEndOfMonth };
}

/** The category of the operation: what has no stock is a service. */
export function operationOf(
  products: readonly Pick<Product, 'trackStock'>[],
): Invoice['operation'] {
  const kinds = new Set(products.map(({ trackStock }) => (trackStock ? 'goods' : 'services')));
  if (kinds.size > 1) return 'both';
  return [...kinds][0] ?? null;
}

/** 422 for something that is not, or no longer, there. */
export function unknown(pointer: string, kind: 'customer' | 'product'): FieldError {
  return { pointer, code: `unknown_${kind}`, detail: `There is no such ${kind}` };
}

/** The products of lines, by id, a page of them in a call; what is not there is left out. */
export async function findProducts(
  products: Clients['products'],
  lines: readonly Pick<LineInput, 'productId'>[] = [],
): Promise<ReadonlyMap<string, Product>> {
  const left = [...new Set(lines.map(({ productId }) => productId))];
  const pages: string[][] = [];
  while (left.length > 0) pages.push(left.splice(0, MAX_PAGE_SIZE));
  const found = await Promise.all(
    pages.map((page) => products.list({ ids: page, size: page.length })),
  );
  return new Map(found.flatMap(({ items }) => items.map((product) => [product.id, product])));
}

/** What was kept with a customer or a draft as a currency once, and is none. */
function oddCurrency(currency: string | undefined): FieldError[] {
  if (currency === undefined || Currency.safeParse(currency).success) return [];
  const detail = `'${currency}' is no currency: say in which the invoice is`;
  return [{ pointer: '/currency', code: 'unknown_currency', detail }];
}

function foundLine(
  line: LineInput,
  product: Product | undefined,
  terms: LineTerms,
  pointer: string,
): { readonly line?: DraftLine; readonly errors: readonly FieldError[] } {
  if (product) return draftLine(line, product, terms, pointer);
  return { errors: [unknown(`${pointer}/productId`, 'product')] };
}
