import {
  created,
  json,
  type Operations,
  problem,
  record,
  stale,
  upstreamProblems,
} from 'platform/contract';
import { Id } from 'platform/fields';
import { pageOf } from 'platform/paging';
import * as z from 'zod';

import { CreditNote, NewCreditNote } from './credit-contract.ts';
import { Invoice } from './invoice-contract.ts';
import { ById, LedgerQuery } from './invoice-parameters.ts';

const CreditNoteById = z.object({ id: Id, noteId: Id });

/** What takes back an issued invoice. */
export const creditOperations = {
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
      ...upstreamProblems,
    },
  },
  creditNotes: {
    method: 'get',
    path: '/invoices/{id}/credit-notes',
    summary: 'The credit notes of an invoice, newest first',
    request: { params: ById, query: LedgerQuery },
    responses: { 200: json(pageOf(CreditNote).meta({ id: 'CreditNotePage' })), 404: problem },
  },
  creditNote: {
    method: 'get',
    path: '/invoices/{id}/credit-notes/{noteId}',
    summary: 'Read one credit note',
    request: { params: CreditNoteById },
    responses: { 200: record(CreditNote), 404: problem },
  },
} as const satisfies Operations;
