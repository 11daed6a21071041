import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { Invoice, InvoiceSummary } from 'billing/invoice-contract';
import type { InvoiceInput, VoidRequest } from 'billing/invoice-contract';
import { Payment } from 'billing/payment-contract';
import type { NewPayment } from 'billing/payment-contract';
import { pageOf } from 'platform/paging';

import { Api } from '../api/api.ts';
import { apiParams, type ListQuery } from '../ui/list-query.ts';

const URL = '/api/invoices';
const InvoicePage = pageOf(InvoiceSummary);
const PaymentPage = pageOf(Payment);

/**
 * The invoices behind the gateway. What is done to one version of an invoice carries a key made of
 * both, so that sending it twice does it once.
 */
@Service()
export class InvoicesApi {
  readonly #api = inject(Api);

  list(query: () => ListQuery) {
    return httpResource(() => ({ url: URL, params: apiParams(query()) }), {
      parse: (body) => InvoicePage.parse(body),
    });
  }

  one(id: () => string | undefined) {
    return httpResource(() => id() && `${URL}/${id()}`, { parse: (body) => Invoice.parse(body) });
  }

  /** The payments of an invoice, as it is in this version. */
  payments(invoice: () => Invoice) {
    return httpResource(
      () => ({ url: `${URL}/${invoice().id}/payments`, params: { sort: '-createdAt', size: 100 } }),
      { parse: (body) => PaymentPage.parse(body) },
    );
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

  #transition({ id, version }: Invoice, name: string, body?: unknown): Promise<Invoice> {
    const key = `${name}-${id}-${version}`;
    return this.#api.write(
      { method: 'POST', url: `${URL}/${id}/${name}`, body, version, key },
      Invoice,
    );
  }
}
