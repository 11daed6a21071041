import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import {
  Movement,
  type NewCount,
  type NewMovement,
  type NewProduct,
  Product,
  type ProductInput,
} from 'inventory/contract';
import { AuditTrail } from 'platform/audit';
import { cursorPageOf, pageOf } from 'platform/paging';

import { Api } from '../api/api.ts';
import { ledger } from '../ui/ledger.ts';
import { apiParams, type ListQuery } from '../ui/list-query.ts';

const URL = '/api/products';
const ProductPage = pageOf(Product);
const Movements = cursorPageOf(Movement);

/** The products and their stock behind the gateway. */
@Service()
export class ProductsApi {
  readonly #api = inject(Api);

  list(query: () => ListQuery | undefined) {
    return httpResource(
      () => {
        const asked = query();
        return asked && { url: URL, params: apiParams(asked) };
      },
      { parse: (body) => ProductPage.parse(body) },
    );
  }

  one(id: () => string | undefined) {
    return httpResource(() => id() && `${URL}/${id()}`, { parse: (body) => Product.parse(body) });
  }

  /** One product, once. */
  find(id: string): Promise<Product> {
    return this.#api.read(`${URL}/${id}`, Product);
  }

  /** The movements of a product, asked again for each version. */
  movements(product: () => Product) {
    return ledger(() => `${URL}/${product().id}/movements`, Movements);
  }

  /** What was changed of a product, asked again for each version. */
  history(product: () => Product | undefined) {
    return ledger(() => {
      const known = product();
      return known && `${URL}/${known.id}/history`;
    }, AuditTrail);
  }

  create(input: NewProduct, key: string): Promise<Product> {
    return this.#api.write({ method: 'POST', url: URL, body: input, key }, Product);
  }

  update({ id, version }: Product, input: ProductInput): Promise<Product> {
    return this.#api.write({ method: 'PUT', url: `${URL}/${id}`, body: input, version }, Product);
  }

  archive(product: Product): Promise<Product> {
    return this.#transition(product, 'archive');
  }

  restore(product: Product): Promise<Product> {
    return this.#transition(product, 'restore');
  }

  remove({ id, version }: Product): Promise<void> {
    return this.#api.remove(`${URL}/${id}`, version);
  }

  /** One movement per version of the product: sent twice, it is still one. */
  move({ id, version }: Product, movement: NewMovement): Promise<Movement> {
    return this.#api.write(
      {
        method: 'POST',
        url: `${URL}/${id}/movements`,
        body: movement,
        key: `move-${id}-${version}`,
      },
      Movement,
    );
  }

  /** One count per version of the product, as for movements. */
  count({ id, version }: Product, count: NewCount): Promise<Movement> {
    const key = `count-${id}-${version}`;
    const url = `${URL}/${id}/counts`;
    return this.#api.write({ method: 'POST', url, body: count, key }, Movement);
  }

  #transition({ id, version }: Product, name: string): Promise<Product> {
    return this.#api.write({ method: 'POST', url: `${URL}/${id}/${name}`, version }, Product);
  }
}
