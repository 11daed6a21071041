import { contract, created, empty, json, problem, record, stale } from 'platform/contract';
import {
  BasisPoints,
  Currency,
  Day,
  decimal,
  Id,
  Instant,
  multilineText,
  text,
} from 'platform/fields';
import { listQuery, pageOf } from 'platform/paging';
import { patchOf } from 'platform/patch';
import * as z from 'zod';

import { Figures } from './figures-contract.ts';
import { Seller, Settings, SettingsInput } from './settings-contract.ts';

export const INVOICE_STATUSES = ['draft', 'open', 'paid', 'void', 'uncollectible'] as const;
export type InvoiceStatus = (typeof INVOICE_STATUSES)[number];

/** An amount in the smallest unit of its currency: cents for EUR. */
const Minor = z.int();

/** A day of this century or the last; earlier ones are slips of the keyboard. */
const RecentDay = z
  .string()
  .regex(new RegExp(`^(?=19|20)${z.regexes.date.source.slice(1)}`), 'Must be a day, 2026-11-22')
  .meta({ format: 'date' });

/** One line as a person enters it; what is left out is taken from the product. */
export const LineInput = z
  .strictObject({
    productId: Id,
    quantity: decimal(9, 3).regex(/[1-9]/, 'Must be more than zero'),
    description: text(200, 1).optional(),
    unitPrice: decimal(12, 6).optional(),
    discountBp: BasisPoints.default(0),
    vatRateBp: BasisPoints.optional(),
  })
  .meta({ id: 'LineInput' });
export type LineInput = z.output<typeof LineInput>;

export const InvoiceInput = z
  .strictObject({
    customerId: Id,
    currency: Currency.default('EUR'),
    /** Days from issue to due. */
    dueDays: z.int().min(0).max(365).default(30),
    notes: multilineText(2000).default(''),
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
    netMinor: Minor,
  })
  .meta({ id: 'InvoiceLine' });
export type InvoiceLine = z.output<typeof InvoiceLine>;

/** Net, VAT once per rate, and the sum of both (EN 16931). */
export const Totals = z
  .object({
    /** What the lines come to, less the discount of the invoice. */
    netMinor: Minor,
    /** The discount of the invoice as a whole, without VAT. */
    discountMinor: Minor,
    vat: z.array(z.object({ vatRateBp: BasisPoints, baseMinor: Minor, vatMinor: Minor })),
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
    currency: Currency,
    issueDate: Day.nullable(),
    dueDate: Day.nullable(),
    dueDays: z.int(),
    notes: z.string(),
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
    currency: Currency,
    issueDate: Day.nullable(),
    dueDate: Day.nullable(),
    grossMinor: Minor,
    balanceMinor: Minor,
    version: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'InvoiceSummary' });
export type InvoiceSummary = z.output<typeof InvoiceSummary>;

export const NewPayment = z
  .strictObject({
    amountMinor: z.int().min(1).max(1_000_000_000_000),
    paidOn: RecentDay,
    method: z.enum(['transfer', 'card', 'cash', 'cheque', 'direct-debit']).default('transfer'),
    reference: text(100).default(''),
  })
  .meta({ id: 'NewPayment' });
export type NewPayment = z.output<typeof NewPayment>;

/** A payment as the ledger of its invoice shows it. */
export const Payment = z
  .object({
    id: Id,
    invoiceId: Id,
    ...NewPayment.shape,
    currency: Currency,
    createdAt: Instant,
  })
  .meta({ id: 'Payment' });
export type Payment = z.output<typeof Payment>;

export const NewCreditNote = z
  .strictObject({
    reason: text(500, 1),
    /** Whether the goods come back into stock. */
    restock: z.boolean(),
    /** How much of which line, lines counted from 0; left out, all that is left of the invoice. */
    lines: z
      .array(
        z.strictObject({
          line: z.int().min(0).max(499),
          quantity: decimal(9, 3).regex(/[1-9]/, 'Must be more than zero'),
        }),
      )
      .min(1)
      .max(500)
      .optional(),
  })
  .meta({ id: 'NewCreditNote' });
export type NewCreditNote = z.output<typeof NewCreditNote>;

/** Takes back an issued invoice, whole or in part; its amounts are positive. */
export const CreditNote = z
  .object({
    id: Id,
    number: z.string(),
    invoiceId: Id,
    invoiceNumber: z.string(),
    seller: Seller.nullable(),
    buyer: Buyer,
    mentions: z.array(z.string()),
    language: z.enum(['fr', 'en']).nullable(),
    currency: Currency,
    issueDate: Day,
    reason: z.string(),
    restock: z.boolean(),
    /** The lines of the invoice that it credits, `line` counted from 0. */
    lines: z.array(z.object({ line: z.int(), ...InvoiceLine.shape })),
    totals: Totals,
    version: z.int(),
    createdAt: Instant,
  })
  .meta({ id: 'CreditNote' });
export type CreditNote = z.output<typeof CreditNote>;

export const INVOICE_ACTIONS = [
  'create',
  'update',
  'delete',
  'issue',
  'pay',
  'credit',
  'void',
  'write-off',
] as const;

/** Something that was done to an invoice, and what it changed. */
export const InvoiceEvent = z
  .object({
    id: Id,
    invoiceId: Id,
    action: z.enum(INVOICE_ACTIONS),
    /** Leads to the request in the log. */
    requestId: z.string(),
    /** The fields that changed, as they were and as they became. */
    before: z.record(z.string(), z.unknown()),
    after: z.record(z.string(), z.unknown()),
    createdAt: Instant,
  })
  .meta({ id: 'InvoiceEvent' });
export type InvoiceEvent = z.output<typeof InvoiceEvent>;

export const VoidRequest = z
  .strictObject({
    /** Whether the goods come back into stock. */
    restock: z.boolean(),
    reason: text(500, 1),
  })
  .meta({ id: 'VoidRequest' });
export type VoidRequest = z.output<typeof VoidRequest>;

const ById = z.object({ id: Id });
const CreditNoteById = z.object({ id: Id, noteId: Id });
const invoiceList = listQuery([
  'number',
  'customerName',
  'issueDate',
  'dueDate',
  'grossMinor',
  'createdAt',
]).extend({
  status: z.enum(INVOICE_STATUSES).optional(),
  /** What follows from dates and amounts. */
  state: z.enum(['overdue', 'partly-paid', 'credited']).optional(),
  customerId: Id.optional(),
  issuedFrom: RecentDay.optional(),
  issuedTo: RecentDay.optional(),
});

/** Ledgers are never searched: of one invoice they are short. */
const ledgerList = listQuery(['createdAt']).omit({ q: true });

export const invoices = contract('billing-service', {
  list: {
    method: 'get',
    path: '/invoices',
    summary: 'Search, filter, sort and page through the invoices',
    request: { query: invoiceList },
    responses: { 200: json(pageOf(InvoiceSummary).meta({ id: 'InvoicePage' })) },
  },
  create: {
    method: 'post',
    path: '/invoices',
    summary:
      'Start a draft; customer and products must exist (422), their services must answer (503)',
    request: { body: json(InvoiceInput), idempotencyKey: true },
    responses: {
      201: created(Invoice, '/invoices/{id}'),
      502: problem,
      503: problem,
      504: problem,
    },
  },
  get: {
    method: 'get',
    path: '/invoices/{id}',
    summary: 'Read one invoice',
    request: { params: ById },
    responses: { 200: record(Invoice), 404: problem },
  },
  update: {
    method: 'put',
    path: '/invoices/{id}',
    summary: 'Replace a draft; 409 once it was issued',
    request: { params: ById, ifMatch: true, body: json(InvoiceInput) },
    responses: {
      200: record(Invoice),
      404: problem,
      409: problem,
      412: stale(Invoice),
      502: problem,
      503: problem,
      504: problem,
    },
  },
  patch: {
    method: 'patch',
    path: '/invoices/{id}',
    summary: 'Change some fields of a draft; 409 once it was issued',
    request: { params: ById, ifMatch: true, body: json(InvoicePatch) },
    responses: {
      200: record(Invoice),
      404: problem,
      409: problem,
      412: stale(Invoice),
      502: problem,
      503: problem,
      504: problem,
    },
  },
  remove: {
    method: 'delete',
    path: '/invoices/{id}',
    summary: 'Delete a draft; 409 once it was issued',
    request: { params: ById, ifMatch: true },
    responses: { 204: empty, 404: problem, 409: problem, 412: stale(Invoice) },
  },
  finalize: {
    method: 'post',
    path: '/invoices/{id}/finalize',
    summary: 'Issue a draft: takes the stock, gives the number; 409 when stock is short',
    request: { params: ById, ifMatch: true, idempotencyKey: true },
    responses: {
      200: record(Invoice),
      404: problem,
      409: problem,
      412: stale(Invoice),
      422: problem,
      502: problem,
      503: problem,
      504: problem,
    },
  },
  void: {
    method: 'post',
    path: '/invoices/{id}/void',
    summary: 'Cancel an issued invoice on which nothing was paid',
    request: { params: ById, ifMatch: true, body: json(VoidRequest), idempotencyKey: true },
    responses: {
      200: record(Invoice),
      404: problem,
      409: problem,
      412: stale(Invoice),
      502: problem,
      503: problem,
      504: problem,
    },
  },
  pay: {
    method: 'post',
    path: '/invoices/{id}/payments',
    summary: 'Note a payment; 409 when it exceeds what is due',
    request: { params: ById, ifMatch: true, body: json(NewPayment), idempotencyKey: true },
    responses: {
      201: created(Invoice, '/invoices/{id}'),
      404: problem,
      409: problem,
      412: stale(Invoice),
    },
  },
  writeOff: {
    method: 'post',
    path: '/invoices/{id}/uncollectible',
    summary: 'Give up an open invoice; it can still be paid',
    request: { params: ById, ifMatch: true, idempotencyKey: true },
    responses: { 200: record(Invoice), 404: problem, 409: problem, 412: stale(Invoice) },
  },
  history: {
    method: 'get',
    path: '/invoices/{id}/history',
    summary: 'What was done to an invoice, newest first; also to a draft that was deleted',
    request: { params: ById, query: ledgerList },
    responses: { 200: json(pageOf(InvoiceEvent).meta({ id: 'HistoryPage' })), 404: problem },
  },
  payments: {
    method: 'get',
    path: '/invoices/{id}/payments',
    summary: 'The payments of an invoice, newest first',
    request: { params: ById, query: ledgerList },
    responses: { 200: json(pageOf(Payment).meta({ id: 'PaymentPage' })), 404: problem },
  },
  credit: {
    method: 'post',
    path: '/invoices/{id}/credit-notes',
    summary: 'Credit an issued invoice, whole or in part; 409 beyond what is left of it',
    request: { params: ById, ifMatch: true, body: json(NewCreditNote), idempotencyKey: true },
    responses: {
      201: created(CreditNote, '/invoices/{invoiceId}/credit-notes/{id}'),
      404: problem,
      409: problem,
      412: stale(Invoice),
      502: problem,
      503: problem,
      504: problem,
    },
  },
  creditNotes: {
    method: 'get',
    path: '/invoices/{id}/credit-notes',
    summary: 'The credit notes of an invoice, newest first',
    request: { params: ById, query: ledgerList },
    responses: { 200: json(pageOf(CreditNote).meta({ id: 'CreditNotePage' })), 404: problem },
  },
  creditNote: {
    method: 'get',
    path: '/invoices/{id}/credit-notes/{noteId}',
    summary: 'Read one credit note',
    request: { params: CreditNoteById },
    responses: { 200: record(CreditNote), 404: problem },
  },
  settings: {
    method: 'get',
    path: '/settings',
    summary: 'What the company says about itself and its invoices',
    responses: { 200: record(Settings) },
  },
  updateSettings: {
    method: 'put',
    path: '/settings',
    summary: 'Replace the settings; issued invoices keep what was said when they were issued',
    request: { ifMatch: true, body: json(SettingsInput) },
    responses: { 200: record(Settings), 412: stale(Settings) },
  },
  figures: {
    method: 'get',
    path: '/figures',
    summary: 'Sums for the dashboard: by month, VAT rate, customer and product, and what is due',
    request: {
      query: z.object({
        currency: Currency.default('EUR'),
        from: RecentDay.optional(),
        to: RecentDay.optional(),
      }),
    },
    responses: { 200: json(Figures) },
  },
});
