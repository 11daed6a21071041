import { Component, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { Product } from 'inventory/contract';

import { kept } from '../api/kept.ts';
import { loadProblem } from '../api/load-problem.ts';
import { problemOf } from '../api/problem-of.ts';
import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Notice } from '../ui/notice.ts';
import { ProblemBanner } from '../ui/problem-banner.ts';
import { Skeleton } from '../ui/skeleton.ts';
import { ProductsApi } from './products-api.ts';

/** The stock ledger of a product, newest first, and older movements on demand. */
@Component({
  selector: 'app-movement-list',
  imports: [EmptyState, MatButton, ProblemBanner, RouterLink, Skeleton],
  template: `
    @let words = t().products;
    <h2>{{ words.ledger }}</h2>
    @if (problem(); as problem) {
      <app-problem-banner [problem]="problem" (retry)="newest.reload()" />
    } @else if (ledger(); as ledger) {
      <div class="table-card">
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
            @for (movement of ledger.items; track movement.id) {
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
        @if (ledger.items.length === 0) {
          <app-empty-state icon="inbox" [title]="words.ledgerEmpty" />
        }
      </div>
      @if (ledger.next; as cursor) {
        <button matButton type="button" class="older" (click)="readOlder(cursor)">
          {{ words.olderMovements }}
        </button>
      }
    } @else {
      <app-skeleton />
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 0.75rem;
      grid-template-columns: minmax(0, 1fr);
    }

    .older {
      justify-self: center;
    }
  `,
})
export class MovementList {
  readonly #api = inject(ProductsApi);
  readonly #notice = inject(Notice);

  readonly product = input.required<Product>();

  protected readonly t = inject(Language).t;
  protected readonly formats = inject(Formats);
  /** Asked again whenever the product has become another version. */
  protected readonly newest = this.#api.movements(this.product);
  protected readonly problem = loadProblem(this.newest);
  readonly #newest = kept(this.newest);
  protected readonly ledger = linkedSignal(() => this.#newest());

  protected async readOlder(cursor: string) {
    try {
      const older = await this.#api.olderMovements(this.product().id, cursor);
      // Not onto a ledger that was read anew meanwhile.
      this.ledger.update((now) =>
        now?.next === cursor ? { ...older, items: [...now.items, ...older.items] } : now,
      );
    } catch (error) {
      this.#notice.failed(problemOf(error));
    }
  }
}
