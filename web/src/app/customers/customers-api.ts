import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { Customer, type CustomerInput } from 'customer/contract';
import { pageOf } from 'platform/paging';

import { Api } from '../api/api.ts';
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

  create(input: CustomerInput, key: string): Promise<Customer> {
    return this.#api.write({ method: 'POST', url: URL, body: input, key }, Customer);
  }

  update({ id, version }: Customer, input: CustomerInput): Promise<Customer> {
    return this.#api.write({ method: 'PUT', url: `${URL}/${id}`, body: input, version }, Customer);
  }

  remove({ id, version }: Customer): Promise<void> {
    return this.#api.remove(`${URL}/${id}`, version);
  }
}
