import { Component, computed, inject } from '@angular/core';

import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { ProductsApi } from '../products/products-api.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { Ranking } from './ranking.ts';

/** The products of which least is left, as the stock service says. */
@Component({
  selector: 'app-low-stock',
  imports: [ProblemBanner, Ranking, Skeleton],
  template: `
    @let words = t().dashboard;
    @if (problem(); as problem) {
      <h2>{{ words.lowStock }}</h2>
      <app-problem-banner [problem]="problem" (retry)="products.reload()" />
    } @else if (products.hasValue()) {
      <app-ranking
        name="low-stock"
        [title]="words.lowStock"
        [rows]="rows()"
        [empty]="words.noLowStock"
      />
    } @else {
      <app-skeleton [lines]="4" />
    }
  `,
})
export class LowStock {
  readonly #formats = inject(Formats);

  protected readonly t = inject(Language).t;
  protected readonly products = inject(ProductsApi).list(() => ({
    q: '',
    sort: 'available',
    page: 0,
    size: 10,
    filters: { lowStock: 'true' },
  }));
  protected readonly problem = loadProblem(this.products);
  protected readonly rows = computed(() => {
    const { items } = this.products.hasValue() ? this.products.value() : { items: [] };
    return items.map(({ id, name, sku, available, unit }) => ({
      path: ['/products', id],
      name,
      note: sku,
      sum: `${this.#formats.number(available)} ${unit}`,
    }));
  });
}
