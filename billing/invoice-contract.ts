import { DueDays } from 'customer/contract';
import { VatCategory } from 'inventory/vat-category';
import {
  BasisPoints,
  Currency,
  CurrencyCode,
  Day,
  decimal,
  Id,
  Instant,
  multilineText,
  text,
} from 'platform/fields';
import { patchOf } from 'platform/patch';
import * as z from 'zod';

import { RecentDay } from './payment-contract.ts';
import { Seller } from './settings-contract.ts';

export const INVOICE_STATUSES = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** An amount in the smallest unit of its currency: cents for EUR. */
const Minor = z.int();

/** One line as a person enters it; what is left out is taken from the product. */
export const LineInput = z
  .strictObject({
    productId: Id,
    quantity: decimal(9, 3).regex(/[1-9]/, 'Must be more than zero'),
    description: text(200, 1).optional(),
    unitPrice: decimal(12, 6).optional(),
    discountBp: BasisPoints.default(0),
    vatRateBp: BasisPoints.optional(),
    /** With one that bears no VAT and no rate, the rate is 0. */
    vatCategory: VatCategory.optional(),
  })
  .meta({ id: 'LineInput' });
export type LineInput = z.output<typeof LineInput>;

export const InvoiceInput = z
  .strictObject({
    customerId: Id,
    /** That of the customer where it is left out. */
    currency: Currency.optional(),
    /** Days from issue to due; those of the customer, or of the settings, where it is left out. */
    dueDays: DueDays.optional(),
    /** Whether these days go on to the end of their month. */
    dueEndOfMonth: z.boolean().optional(),
    notes: multilineText(2000).default(''),
    /** When the goods were handed over or the service was done, where that is not the day of issue. */
    deliveredOn: RecentDay.nullable().optional(),
    /** Where the goods went, where that is not the address of the buyer. */
    deliveryAddress: multilineText(300).optional(),
    /** Of the invoice as a whole, after the discounts of its lines; none where it is left out. */
    discountBp: BasisPoints.optional(),
    /** Whether the lines' prices include VAT; they do not where it is left out. */
    pricesIncludeVat: z.boolean().optional(),
    lines: z.array(LineInput).max(500).default([]),
  })
  .meta({ id: 'InvoiceInput' });
export type InvoiceInput = z.output<typeof InvoiceInput>;

export const InvoicePatch = patchOf(InvoiceInput).meta({ id: 'InvoicePatch' });
export type InvoicePatch = z.output<typeof InvoicePatch>;

export const InvoiceLine = z
  .object({
    productId: Id,
    sku: z.string(),
    description: z.string(),
    unit: z.string(),
    quantity: decimal(9, 3),
    unitPrice: decimal(12, 6),
    discountBp: BasisPoints,
    vatRateBp: BasisPoints,
    /** Why it bears that rate; of invoices from before this was asked for, what the rate tells. */
    vatCategory: VatCategory,
    netMinor: Minor,
  })
  .meta({ id: 'InvoiceLine' });
export type InvoiceLine = z.output<typeof InvoiceLine>;

/** Net, VAT once per category and rate, and the sum of both (EN 16931). */
export const Totals = z
  .object({
    /** What the lines come to, less the discount of the invoice. */
    netMinor: Minor,
    /** The discount of the invoice as a whole, without VAT. */
    discountMinor: Minor,
    /** Lowest rate first; at one rate in the order of `VAT_CATEGORIES`. */
    vat: z.array(
      z.object({
        vatCategory: VatCategory,
        vatRateBp: BasisPoints,
        baseMinor: Minor,
        vatMinor: Minor,
      }),
    ),
    vatMinor: Minor,
    grossMinor: Minor,
  })
  .meta({ id: 'Totals' });
export type Totals = z.output<typeof Totals>;

/** The buyer as the invoice names it; frozen when the invoice is issued. */
export const Buyer = z
  .object({
    name: z.string(),
    email: z.string(),
    street: z.string(),
    postalCode: z.string(),
    city: z.string(),
    country: z.string(),
    siren: z.string(),
    vatNumber: z.string(),
  })
  .meta({ id: 'Buyer' });
export type Buyer = z.output<typeof Buyer>;

export const Invoice = z
  .object({
    id: Id,
    status: z.enum(INVOICE_STATUSES),
    /** Given when the invoice is issued, without gaps. */
    number: z.string().nullable(),
    customerId: Id,
    /** Unknown until the invoice is issued. */
    seller: Seller.nullable(),
    buyer: Buyer,
    /** What the law wants printed, one sentence each; none until the invoice is issued. */
    mentions: z.array(z.string()),
    language: z.enum(['fr', 'en']).nullable(),
    currency: CurrencyCode,
    issueDate: Day.nullable(),
    dueDate: Day.nullable(),
    dueDays: z.int(),
    dueEndOfMonth: z.boolean(),
    notes: z.string(),
    /**
     * What is sold, services being what has no stock; null as long as there are no lines, and on
     * invoices from before this was asked for.
     */
    operation: z.enum(['goods', 'services', 'both']).nullable(),
    deliveredOn: Day.nullable(),
    deliveryAddress: z.string(),
    /** Why it was made void; empty for any other. */
    voidReason: z.string(),
    discountBp: BasisPoints,
    pricesIncludeVat: z.boolean(),
    lines: z.array(InvoiceLine),
    totals: Totals,
    paidMinor: Minor,
    creditedMinor: Minor,
    /** What is still due; less than nothing when more was paid than is left after credit notes. */
    balanceMinor: Minor,
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Invoice' });
export type Invoice = z.output<typeof Invoice>;

/** An invoice as lists show it. */
export const InvoiceSummary = z
  .object({
    id: Id,
    status: z.enum(INVOICE_STATUSES),
    number: z.string().nullable(),
    customerId: Id,
    customerName: z.string(),
    currency: CurrencyCode,
    issueDate: Day.nullable(),
    dueDate: Day.nullable(),
    grossMinor: Minor,
    /** Of that, what credit notes took back; the rest that is not in the balance was paid. */
    creditedMinor: Minor,
    balanceMinor: Minor,
    version: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'InvoiceSummary' });
export type InvoiceSummary = z.output<typeof InvoiceSummary>;

export const VoidRequest = z
  .strictObject({
    /** Whether the goods come back into stock. */
    restock: z.boolean(),
    reason: text(500, 1),
  })
  .meta({ id: 'VoidRequest' });
export type VoidRequest = z.output<typeof VoidRequest>;
