import { Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Product } from 'inventory/contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { SectionTable } from '../ui/section-table.ts';
import { ProductsApi } from './products-api.ts';

/** The stock ledger of a product, newest first, and older movements on demand. */
@Component({
  selector: 'app-movement-list',
  imports: [MatButton, RouterLink, SectionTable],
  styles: '.more { justify-self: center; }',
  templateUrl: './movement-list.html',
})
export class MovementList {
  readonly product = input.required<Product>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly ledger = inject(ProductsApi).movements(this.product);
  /** Nobody is named where no proxy says who asks. */
  protected readonly hasNames = computed(() =>
    (this.ledger.items() ?? []).some(({ who }) => who !== null),
  );
}
