import {
  created,
  empty,
  json,
  type Operations,
  problem,
  record,
  stale,
  upstreamProblems,
} from 'platform/contract';
import { pageOf } from 'platform/paging';

import { Invoice, InvoiceInput, InvoicePatch, InvoiceSummary } from './invoice-contract.ts';
import { ById, InvoiceListQuery } from './invoice-parameters.ts';

/** What is done with invoices of any state, and with those that are not issued yet. */
export const draftOperations = {
  list: {
    method: 'get',
    path: '/invoices',
    summary: 'Search, filter, sort and page through the invoices',
    request: { query: InvoiceListQuery },
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
      ...upstreamProblems,
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
      ...upstreamProblems,
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
      ...upstreamProblems,
    },
  },
  remove: {
    method: 'delete',
    path: '/invoices/{id}',
    summary: 'Delete a draft; 409 once it was issued',
    request: { params: ById, ifMatch: true },
    responses: { 204: empty, 404: problem, 409: problem, 412: stale(Invoice) },
  },
} as const satisfies Operations;
