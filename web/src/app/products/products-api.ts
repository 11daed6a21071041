import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import {
  Movement,
  type NewCount,
  type NewMovement,
  type NewProduct,
  Product,
} from 'inventory/contract';
import type { ProductInput } from 'inventory/contract';
import { cursorPageOf, pageOf } from 'platform/paging';

import { Api } from '../api/api.ts';
import { apiParams, type ListQuery } from '../ui/list-query.ts';

const URL = '/api/products';
const ProductPage = pageOf(Product);
const Ledger = cursorPageOf(Movement);

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

  /** The newest movements of a product. */
  movements(product: () => Product) {
    return httpResource(() => `${URL}/${product().id}/movements`, {
      parse: (body) => Ledger.parse(body),
    });
  }

  /** The movements before those that came with this cursor. */
  olderMovements(id: string, cursor: string) {
    return this.#api.read(`${URL}/${id}/movements?cursor=${cursor}`, Ledger);
  }

  create(input: NewProduct, key: string): Promise<Product> {
    return this.#api.write({ method: 'POST', url: URL, body: input, key }, Product);
  }

  update({ id, version }: Product, input: ProductInput): Promise<Product> {
    return this.#api.write({ method: 'PUT', url: `${URL}/${id}`, body: input, version }, Product);
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
    return this.#api.write(
      { method: 'POST', url: `${URL}/${id}/counts`, body: count, key },
      Movement,
    );
  }
}
