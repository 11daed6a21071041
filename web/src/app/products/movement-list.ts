import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Product } from 'inventory/contract';

import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { ProductsApi } from './products-api.ts';

/** The stock ledger of a product, newest first, and older movements on demand. */
@Component({
  selector: 'app-movement-list',
  imports: [EmptyState, MatButton, ProblemBanner, RouterLink, Skeleton],
  styles: `
    :host {
      display: grid;
      gap: 0.75rem;
      grid-template-columns: minmax(0, 1fr);
    }

    .more {
      justify-self: center;
    }
  `,
  templateUrl: './movement-list.html',
})
export class MovementList {
  readonly product = input.required<Product>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly ledger = inject(ProductsApi).movements(this.product);
  protected readonly problem = loadProblem(this.ledger.resource);
  /** Nobody is named where no proxy says who asks. */
  protected readonly hasNames = computed(() =>
    (this.ledger.items() ?? []).some(({ who }) => who !== null),
  );
}
