import { AuditTrail } from 'platform/audit';
import {
  created,
  json,
  type Operations,
  problem,
  record,
  stale,
  upstreamProblems,
} from 'platform/contract';
import { cursorQuery, pageOf } from 'platform/paging';

import { Invoice, VoidRequest } from './invoice-contract.ts';
import { ById, LedgerQuery } from './invoice-parameters.ts';
import { NewPayment, Payment } from './payment-contract.ts';

/** What an invoice goes through: its issue, and what comes after it. */
export const issueOperations = {
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
      ...upstreamProblems,
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
      ...upstreamProblems,
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
    request: { params: ById, query: LedgerQuery },
    responses: { 200: json(pageOf(Payment).meta({ id: 'PaymentPage' })), 404: problem },
  },
} as const satisfies Operations;
