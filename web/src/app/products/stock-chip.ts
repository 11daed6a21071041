import { Component, computed, inject, input } from '@angular/core';
import type { Product } from 'inventory/contract';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { Chip } from '../ui/chip.ts';

/** What is available of a product, with a warning when it is little. */
@Component({
  selector: 'app-stock-chip',
  imports: [Chip],
  styles: ':host { display: inline-flex; align-items: center; gap: 0.5rem; }',
  template: `
    @if (isLow()) {
      <app-chip tone="warn" icon="warning">{{ t().products.lowStock }}</app-chip>
    }
    <span>{{ formats.number(product().available) }}</span>
  `,
})
export class StockChip {
  readonly product = input.required<Product>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly isLow = computed(() => isLow(this.product()));
}

/** Whether a product whose stock is tracked has come down to its threshold. */
export function isLow({ trackStock, available, lowStockThreshold }: Product): boolean {
  return trackStock && Number(available) <= Number(lowStockThreshold);
}
