import { Component, computed, inject, input, type Resource } from '@angular/core';
import { MatProgressBar } from '@angular/material/progress-bar';
import type { Page } from 'platform/paging';

import { problemOf } from '../api/problem-of.ts';
import { Language } from '../i18n/language.ts';
import { EmptyState } from './empty-state.ts';
import type { ListUrl } from './list-url.ts';
import { Pager } from './pager.ts';
import { ProblemBanner } from './problem-banner.ts';
import { Skeleton } from './skeleton.ts';

/**
 * The states of a list around its table: first load, rows with their pager, nothing yet, nothing
 * found, and a problem. The table is its content; what stands for "nothing yet" is marked `empty`.
 */
@Component({
  selector: 'app-list-card',
  imports: [EmptyState, MatProgressBar, Pager, ProblemBanner, Skeleton],
  styles: `
    :host {
      display: block;
      position: relative;
    }

    mat-progress-bar {
      position: absolute;
      inset: 0 0 auto;
    }

    app-problem-banner {
      margin: 1rem;
    }
  `,
  host: { class: 'table-card', '[attr.aria-busy]': 'result().isLoading()' },
  template: `
    @if (result().isLoading() && page()) {
      <mat-progress-bar mode="indeterminate" [attr.aria-label]="t().loading" />
    }
    @if (problem(); as problem) {
      <app-problem-banner [problem]="problem" (retry)="result().reload()" />
    } @else if (page(); as page) {
      @if (page.items.length > 0) {
        <ng-content />
        <app-pager [page]="page" [list]="list()" />
      } @else if (page.total > 0) {
        <app-empty-state [title]="t().list.nothingOnPage" />
        <app-pager [page]="page" [list]="list()" />
      } @else if (list().isNarrowed()) {
        <app-empty-state
          icon="search"
          [title]="t().list.nothingFound"
          [hint]="t().list.nothingFoundHint"
        />
      } @else {
        <ng-content select="[empty]" />
      }
    } @else {
      <app-skeleton />
    }
  `,
})
export class ListCard {
  readonly result = input.required<Resource<unknown> & { reload(): boolean }>();
  /** The last page that came, kept while the next one loads. */
  readonly page = input.required<Page<unknown> | undefined>();
  readonly list = input.required<ListUrl>();

  protected readonly t = inject(Language).t;
  protected readonly problem = computed(() => {
    const error = this.result().error();
    return error === undefined ? undefined : problemOf(error);
  });
}
