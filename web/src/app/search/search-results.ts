import { computed, inject, type Resource, type Signal } from '@angular/core';
import type { Problem } from 'platform/contract';
import type { Page } from 'platform/paging';

import { kept } from '../api/kept.ts';
import { loadProblem } from '../api/load-problem.ts';
import { CustomersApi } from '../customers/customers-api.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { InvoicesApi } from '../invoices/invoices-api.ts';
import { ProductsApi } from '../products/products-api.ts';
import type { IconName } from '../ui/icons.ts';

/** A record that was found, and where it is. */
export type Hit = {
  readonly path: readonly string[];
  readonly icon: IconName;
  readonly title: string;
  readonly detail: string;
  readonly aside: string;
};

/** What one service found. */
export type HitGroup = {
  readonly name: 'customers' | 'products' | 'invoices';
  readonly hits: Signal<readonly Hit[]>;
  /** Why it found nothing: its service is away. */
  readonly problem: Signal<Problem | undefined>;
  readonly isLoading: Signal<boolean>;
};

/** Asks all three services for a term at once, each by itself; nothing for an empty one. */
export function searchResults(term: Signal<string>): readonly HitGroup[] {
  const { t } = inject(Language);
  const formats = inject(Formats);
  const query = computed(() => {
    const q = term();
    return q === '' ? undefined : { q, sort: '', page: 0, size: 5, filters: {} };
  });
  return [
    group('customers', inject(CustomersApi).list(query), ({ id, name, email, city }) => ({
      path: ['/customers', id],
      icon: 'group',
      title: name,
      detail: email,
      aside: city,
    })),
    group('products', inject(ProductsApi).list(query), (product) => ({
      path: ['/products', product.id],
      icon: 'inventory_2',
      title: product.name,
      detail: product.sku,
      aside: formats.price(product.unitPrice, product.currency),
    })),
    group('invoices', inject(InvoicesApi).list(query), (invoice) => ({
      path: ['/invoices', invoice.id],
      icon: 'receipt_long',
      title: invoice.number ?? t().invoices.draftTitle,
      detail: invoice.customerName,
      aside: formats.money(invoice.grossMinor, invoice.currency),
    })),
  ];

  function group<T>(
    name: HitGroup['name'],
    resource: Resource<Page<T> | undefined>,
    hitOf: (item: T) => Hit,
  ): HitGroup {
    const page = kept(resource);
    const problem = loadProblem(resource);
    return {
      name,
      problem,
      isLoading: resource.isLoading,
      hits: computed(() => {
        const isShown = term() !== '' && problem() === undefined;
        return isShown ? (page()?.items ?? []).map(hitOf) : [];
      }),
    };
  }
}
