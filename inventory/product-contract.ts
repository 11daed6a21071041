import { BasisPoints, Currency, CurrencyCode, decimal, Id, Instant, text } from 'platform/fields';
import { patchOf } from 'platform/patch';
import * as z from 'zod';

import { VatCategory } from './vat-category.ts';

/** Up to 9 digits and 3 decimals, `"1.500"`. */
export const Quantity = decimal(9, 3);
/** Up to 12 digits and 6 decimals, `"12.345678"`, without VAT. */
export const UnitPrice = decimal(12, 6);

const ProductFields = z.strictObject({
  sku: text(64, 1),
  name: text(200, 1),
  /** What one of it is called: piece, hour, kg. */
  unit: text(20).default(''),
  unitPrice: UnitPrice,
  currency: Currency.default('EUR'),
  vatRateBp: BasisPoints.default(2000),
  /** Why it bears that rate; `S` above 0 and `Z` at 0 where it is left out. */
  vatCategory: VatCategory.optional(),
  /** False for services, which have no stock. */
  trackStock: z.boolean().default(true),
  /** At or below this the product counts as low in stock. */
  lowStockThreshold: Quantity.default('0'),
});

/** What a person fills in about a product; its stock changes by movements only. */
export const ProductInput = ProductFields.meta({ id: 'ProductInput' });
export type ProductInput = z.output<typeof ProductInput>;

/** The same as it is kept, with nothing left out. */
export const ProductValues = z.strictObject({ ...ProductFields.shape, vatCategory: VatCategory });
export type ProductValues = z.output<typeof ProductValues>;

/** A new product may come with what is on the shelf already. */
export const NewProduct = z
  .strictObject({ ...ProductFields.shape, initialQuantity: Quantity.default('0') })
  .meta({ id: 'NewProduct' });
export type NewProduct = z.output<typeof NewProduct>;

export const ProductPatch = patchOf(ProductFields).meta({ id: 'ProductPatch' });
export type ProductPatch = z.output<typeof ProductPatch>;

export const Product = z
  .object({
    id: Id,
    ...ProductValues.shape,
    currency: CurrencyCode,
    /** On the shelf; `reserved` of it is promised to invoices, `available` is the rest. */
    onHand: Quantity,
    reserved: Quantity,
    available: Quantity,
    /** When it was put away; lists leave it out then. Null while it is in use. */
    archivedAt: Instant.nullish(),
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Product' });
export type Product = z.output<typeof Product>;
