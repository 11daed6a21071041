import { AuditTrail, AuditTrailQuery } from 'platform/audit';
import { contract, created, empty, json, problem, record, stale, textOf } from 'platform/contract';
import { CurrencyCode, Id } from 'platform/fields';
import { cursorQuery, listQuery, pageOf } from 'platform/paging';
import { forget, references } from 'platform/references';
import * as z from 'zod';

import { CreditNote, NewCreditNote } from './credit-contract.ts';
import { CustomerFigures, FIGURE_TABLES, Figures } from './figures-contract.ts';
import {
  Invoice,
  INVOICE_STATUSES,
  InvoiceInput,
  InvoicePatch,
  InvoiceSummary,
  VoidRequest,
} from './invoice-contract.ts';
import { NewPayment, Payment, RecentDay } from './payment-contract.ts';
import { Settings, SettingsInput, SettingsPatch } from './settings-contract.ts';

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
  dueFrom: RecentDay.optional(),
  dueTo: RecentDay.optional(),
  /** Something was paid on them from and to these days. */
  paidFrom: RecentDay.optional(),
  paidTo: RecentDay.optional(),
  currency: CurrencyCode.optional(),
});

/** Ledgers are never searched: of one invoice they are short. */
const ledgerList = listQuery(['createdAt']).omit({ q: true });

const figuresQuery = z.object({
  currency: CurrencyCode.default('EUR'),
  from: RecentDay.optional(),
  to: RecentDay.optional(),
});

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
    summary:
      'Issue a draft: takes the stock, gives the number; 409 when stock is short, 422 for what its VAT lacks',
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
    request: { params: ById, query: cursorQuery() },
    responses: { 200: json(AuditTrail), 404: problem },
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
  patchSettings: {
    method: 'patch',
    path: '/settings',
    summary: 'Change some of the settings; of the seller, too, what is left out stays as it is',
    request: { ifMatch: true, body: json(SettingsPatch) },
    responses: { 200: record(Settings), 412: stale(Settings) },
  },
  settingsHistory: {
    method: 'get',
    path: '/settings/history',
    summary: 'Who changed the settings, when, and what was before and after, newest first',
    request: { query: AuditTrailQuery },
    responses: { 200: json(AuditTrail) },
  },
  references,
  forget,
  customerFigures: {
    method: 'get',
    path: '/figures/customers/{id}',
    summary: 'What a customer was invoiced, has paid and owes; nothing for one who never was',
    request: { params: ById },
    responses: { 200: json(CustomerFigures) },
  },
  figures: {
    method: 'get',
    path: '/figures',
    summary: 'Sums for the dashboard: by month, VAT group, customer and product, and what is due',
    request: {
      query: figuresQuery,
    },
    responses: { 200: json(Figures) },
  },
  figureTable: {
    method: 'get',
    path: '/figures/{table}',
    summary: 'One of these tables as CSV for a spreadsheet, with all customers or products',
    request: {
      params: z.object({ table: z.enum(FIGURE_TABLES) }),
      query: figuresQuery.extend({ notation: z.enum(['french', 'english']).default('french') }),
    },
    responses: { 200: textOf('text/csv', { filename: 'figures-{table}.csv' }) },
  },
});
