import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { CustomerFigures } from 'billing/figures-contract';
import { Customer, type CustomerInput } from 'customer/contract';
import { AuditTrail } from 'platform/audit';
import { pageOf } from 'platform/paging';

import { Api } from '../api/api.ts';
import { ledger } from '../ui/ledger.ts';
import { apiParams, type ListQuery } from '../ui/list-query.ts';

const URL = '/api/customers';
const CustomerPage = pageOf(Customer);

/** The customers behind the gateway. */
@Service()
export class CustomersApi {
  readonly #api = inject(Api);

  list(query: () => ListQuery | undefined) {
    return httpResource(
      () => {
        const asked = query();
        return asked && { url: URL, params: apiParams(asked) };
      },
      { parse: (body) => CustomerPage.parse(body) },
    );
  }

  one(id: () => string | undefined) {
    return httpResource(() => id() && `${URL}/${id()}`, { parse: (body) => Customer.parse(body) });
  }

  /** One customer, once. */
  find(id: string): Promise<Customer> {
    return this.#api.read(`${URL}/${id}`, Customer);
  }

  /** What a customer was invoiced and owes, as billing knows. */
  figures(id: () => string) {
    return httpResource(() => `/api/figures/customers/${id()}`, {
      parse: (body) => CustomerFigures.parse(body),
    });
  }

  /** What happened to a customer, asked again for each version. */
  history(customer: () => Customer | undefined) {
    return ledger(() => {
      const known = customer();
      return known && `${URL}/${known.id}/history`;
    }, AuditTrail);
  }

  create(input: CustomerInput, key: string): Promise<Customer> {
    return this.#api.write({ method: 'POST', url: URL, body: input, key }, Customer);
  }

  update({ id, version }: Customer, input: CustomerInput): Promise<Customer> {
    return this.#api.write({ method: 'PUT', url: `${URL}/${id}`, body: input, version }, Customer);
  }

  archive(customer: Customer): Promise<Customer> {
    return this.#transition(customer, 'archive');
  }

  restore(customer: Customer): Promise<Customer> {
    return this.#transition(customer, 'restore');
  }

  anonymise(customer: Customer): Promise<Customer> {
    return this.#transition(customer, 'anonymise');
  }

  remove({ id, version }: Customer): Promise<void> {
    return this.#api.remove(`${URL}/${id}`, version);
  }

  #transition({ id, version }: Customer, name: string): Promise<Customer> {
    return this.#api.write({ method: 'POST', url: `${URL}/${id}/${name}`, version }, Customer);
  }
}
