import { Component, computed, inject, input } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatIcon } from '@angular/material/icon';
import type { Page } from 'platform/paging';

import { Formats } from '../i18n/formats.ts';
import { Language } from '../i18n/language.ts';
import { type ListChange, PAGE_SIZES } from './list-query.ts';

/** Turns the pages of a list: where one is, how many rows, back and forth. */
@Component({
  selector: 'app-pager',
  imports: [MatIcon, MatIconButton],
  styleUrl: './pager.scss',
  template: `
    <nav [attr.aria-label]="t().list.pages">
      <label>
        <span>{{ t().list.pageSize }}</span>
        <select [value]="page().size" #size (change)="list().change({ size: size.value })">
          @for (option of sizes; track option) {
            <option [value]="option" [selected]="option === page().size">{{ option }}</option>
          }
        </select>
      </label>
      <span class="range" aria-live="polite">{{ range() }}</span>
      <button
        matIconButton
        [disabled]="page().page === 0"
        [attr.aria-label]="t().list.previous"
        (click)="list().change({ page: page().page - 1 })"
      >
        <mat-icon svgIcon="chevron_left" />
      </button>
      <button
        matIconButton
        [disabled]="isLast()"
        [attr.aria-label]="t().list.next"
        (click)="list().change({ page: page().page + 1 })"
      >
        <mat-icon svgIcon="chevron_right" />
      </button>
    </nav>
  `,
})
export class Pager {
  readonly #formats = inject(Formats);

  readonly page = input.required<Page<unknown>>();
  readonly list = input.required<{ change(change: ListChange): void }>();

  protected readonly t = inject(Language).t;
  protected readonly sizes = PAGE_SIZES;
  protected readonly isLast = computed(() => {
    const { page, size, total, items, totalIsExact } = this.page();
    return totalIsExact ? (page + 1) * size >= total : items.length < size;
  });
  protected readonly range = computed(() => {
    const { page, size, items, total, totalIsExact } = this.page();
    const { list } = this.t();
    const all = this.#formats.number(total);
    return list.range(
      this.#formats.number(items.length === 0 ? 0 : page * size + 1),
      this.#formats.number(items.length === 0 ? 0 : page * size + items.length),
      totalIsExact ? all : list.atLeast(all),
    );
  });
}
