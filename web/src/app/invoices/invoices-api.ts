import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { CreditNote, type NewCreditNote } from 'billing/credit-contract';
import { Invoice, InvoiceSummary } from 'billing/invoice-contract';
import type { InvoiceInput, VoidRequest } from 'billing/invoice-contract';
import { Payment } from 'billing/payment-contract';
import type { NewPayment } from 'billing/payment-contract';
import { AuditTrail } from 'platform/audit';
import { pageOf } from 'platform/paging';
import type { z } from 'zod';

import { Api } from '../api/api.ts';
import { ledger } from '../ui/ledger.ts';
import { apiParams, type ListQuery } from '../ui/list-query.ts';

const URL = '/api/invoices';
const CreditNotePage = pageOf(CreditNote);
const InvoicePage = pageOf(InvoiceSummary);
const PaymentPage = pageOf(Payment);

/**
 * The invoices behind the gateway. What is done to one version of an invoice carries a key made of
 * both, so that sending it twice does it once.
 */
@Service()
export class InvoicesApi {
  readonly #api = inject(Api);

  list(query: () => ListQuery | undefined) {
    return httpResource(
      () => {
        const asked = query();
        return asked && { url: URL, params: apiParams(asked) };
      },
      { parse: (body) => InvoicePage.parse(body) },
    );
  }

  one(id: () => string | undefined) {
    return httpResource(() => id() && `${URL}/${id()}`, { parse: (body) => Invoice.parse(body) });
  }

  /** The payments of an invoice, as it is in this version. */
  payments(invoice: () => Invoice, query: () => ListQuery) {
    return httpResource(
      () => ({ url: `${URL}/${invoice().id}/payments`, params: apiParams(query()) }),
      { parse: (body) => PaymentPage.parse(body) },
    );
  }

  /** The credit notes of an invoice, as it is in this version. */
  creditNotes(invoice: () => Invoice, query: () => ListQuery) {
    return httpResource(
      () => ({ url: `${URL}/${invoice().id}/credit-notes`, params: apiParams(query()) }),
      { parse: (body) => CreditNotePage.parse(body) },
    );
  }

  creditNote(id: () => string, noteId: () => string) {
    return httpResource(() => `${URL}/${id()}/credit-notes/${noteId()}`, {
      parse: (body) => CreditNote.parse(body),
    });
  }

  /** What was done to an invoice, asked again for each version. */
  history(invoice: () => Invoice | undefined) {
    return ledger(() => {
      const known = invoice();
      return known && `${URL}/${known.id}/history`;
    }, AuditTrail);
  }

  create(body: InvoiceInput, key: string): Promise<Invoice> {
    return this.#api.write({ method: 'POST', url: URL, body, key }, Invoice);
  }

  update({ id, version }: Invoice, body: InvoiceInput): Promise<Invoice> {
    return this.#api.write({ method: 'PUT', url: `${URL}/${id}`, body, version }, Invoice);
  }

  remove({ id, version }: Invoice): Promise<void> {
    return this.#api.remove(`${URL}/${id}`, version);
  }

  finalize(invoice: Invoice): Promise<Invoice> {
    return this.#transition(invoice, 'finalize');
  }

  pay(invoice: Invoice, payment: NewPayment): Promise<Invoice> {
    return this.#transition(invoice, 'payments', payment);
  }

  void(invoice: Invoice, request: VoidRequest): Promise<Invoice> {
    return this.#transition(invoice, 'void', request);
  }

  writeOff(invoice: Invoice): Promise<Invoice> {
    return this.#transition(invoice, 'uncollectible');
  }

  credit(invoice: Invoice, request: NewCreditNote): Promise<CreditNote> {
    return this.#do(invoice, 'credit-notes', request, CreditNote);
  }

  #transition(invoice: Invoice, name: string, body?: unknown): Promise<Invoice> {
    return this.#do(invoice, name, body, Invoice);
  }

  #do<R>({ id, version }: Invoice, name: string, body: unknown, reply: z.ZodType<R>): Promise<R> {
    const key = `${name}-${id}-${version}`;
    const url = `${URL}/${id}/${name}`;
    return this.#api.write({ method: 'POST', url, body, version, key }, reply);
  }
}
