import { Component, computed, effect, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { MatIcon } from '@angular/material/icon';
import { RouterLink } from '@angular/router';
import type { Product } from 'inventory/contract';

import { kept } from '../api/kept.ts';
import { loadProblem } from '../api/load-problem.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { PageTitle } from '../shell/page-title.ts';
import { Chip } from '../ui/chip.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { PageHeader } from '../ui/page-header.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { MovementList } from './movement-list.ts';
import { ProductsApi } from './products-api.ts';
import { isLow } from './stock-chip.ts';
import { StockDialog } from './stock-dialog.ts';

/** A product with its stock and everything that moved it. */
@Component({
  selector: 'app-product-page',
  imports: [
    Chip,
    EmptyState,
    MatButton,
    MatIcon,
    MovementList,
    PageHeader,
    ProblemBanner,
    RouterLink,
    Skeleton,
  ],
  templateUrl: './product-page.html',
  styleUrl: './product-page.scss',
})
export class ProductPage {
  readonly #dialog = inject(MatDialog);

  readonly id = input.required<string>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly loaded = inject(ProductsApi).one(this.id);
  protected readonly product = kept(this.loaded);
  protected readonly problem = loadProblem(this.loaded);
  protected readonly isLow = computed(() => {
    const product = this.product();
    return product !== undefined && isLow(product);
  });

  constructor() {
    const title = inject(PageTitle);
    effect(() => title.name(this.product()?.name));
  }

  protected adjust(product: Product): void {
    this.#dialog
      .open<StockDialog, Product, boolean>(StockDialog, { data: product, width: '30rem' })
      .afterClosed()
      .subscribe((moved) => {
        if (moved === true) this.loaded.reload();
      });
  }
}
