import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Product } from 'inventory/contract';

import { kept } from '../api/kept.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { ListCard } from '../ui/list-card.ts';
import { listUrl } from '../ui/list-url.ts';
import { ProductsApi } from './products-api.ts';

/** The stock ledger of a product, newest first. */
@Component({
  selector: 'app-movement-list',
  imports: [EmptyState, ListCard, RouterLink],
  template: `
    @let words = t().products;
    <h2>{{ words.ledger }}</h2>
    <app-list-card [result]="movements" [page]="page()" [list]="list">
      <table class="data-table unsorted" role="table" [attr.aria-label]="words.ledger">
        <thead>
          <tr role="row">
            <th scope="col">{{ words.date }}</th>
            <th scope="col">{{ words.reason }}</th>
            <th scope="col">{{ words.note }}</th>
            <th scope="col" class="number">{{ words.delta }}</th>
            <th scope="col" class="number">{{ words.balanceAfter }}</th>
          </tr>
        </thead>
        <tbody>
          @for (movement of page()?.items; track movement.id) {
            <tr role="row">
              <td role="cell" class="area-3 area-small">
                {{ formats.instant(movement.createdAt) }}
              </td>
              <td role="cell" class="area-1">{{ words.reasons[movement.reason] }}</td>
              <td role="cell" class="area-5 area-small">
                {{ movement.note }}
                @if (movement.reference && movement.reason === 'sale') {
                  <a class="link" [routerLink]="['/invoices', movement.reference]">{{
                    words.invoiceReference
                  }}</a>
                }
              </td>
              <td role="cell" class="number area-2">{{ formats.signed(movement.delta) }}</td>
              <td role="cell" class="number area-4 area-small">
                {{ formats.number(movement.balanceAfter) }}
              </td>
            </tr>
          }
        </tbody>
      </table>
      <app-empty-state empty icon="inbox" [title]="words.ledgerEmpty" />
    </app-list-card>
  `,
  styles: ':host { display: grid; gap: 0.75rem; grid-template-columns: minmax(0, 1fr); }',
})
export class MovementList {
  readonly product = input.required<Product>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  protected readonly list = listUrl({ sort: '-createdAt' });
  protected readonly movements = inject(ProductsApi).movements(
    computed(() => this.product().id),
    this.list.query,
  );
  protected readonly page = kept(this.movements);

  constructor() {
    let seen: number | undefined;
    effect(() => {
      const { version } = this.product();
      if (seen !== undefined && seen !== version) untracked(() => this.movements.reload());
      seen = version;
    });
  }
}
